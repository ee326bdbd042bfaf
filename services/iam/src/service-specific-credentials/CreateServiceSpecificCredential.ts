import { idPrefixes, newUniqueId } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { ReadTx, ServiceSpecificCredential, User } from "@rolecall/store-contract";
import { entityCheck } from "../checks.ts";
import { find, user } from "../identity-kinds.ts";
import { requireQuota } from "../quotas.ts";
import { credentialShape, digestOf, newPassword } from "./credentials.ts";
import { canonicalServiceName, requireService } from "./services.ts";

const dayMs = 24 * 60 * 60 * 1000;

/**
 * The secret is in this answer and nowhere else. An age is honoured for every service, as recorded, though the pages
 * speak of API keys alone.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html
 */
export const CreateServiceSpecificCredential = operation(iam, "CreateServiceSpecificCredential", {
  authorization: ({ UserName, ServiceName, CredentialAgeDays }, context) =>
    entityCheck(user, UserName, context, {
      context: {
        "iam:ServiceSpecificCredentialServiceName": canonicalServiceName(ServiceName),
        // Absent when it is not sent: a comparison with it then fails.
        "iam:ServiceSpecificCredentialAgeDays": CredentialAgeDays?.toString(),
      },
    }),
  async handle({ UserName, ServiceName, CredentialAgeDays }, context) {
    const { store, accountId, random, nowMs } = context;
    const credentialId = newUniqueId(idPrefixes.serviceSpecificCredential, accountId, random);
    const password = newPassword(random);
    return store.write(async (tx) => {
      // Recorded: the user is looked for before the service.
      const owner = await find(user, tx, accountId, UserName);
      const serviceName = requireService(ServiceName);
      const own = [accountId, serviceName, owner.userId];
      requireQuota(
        "ContextSpecificCredentialsPerUserPerContext",
        (await tx.serviceSpecificCredentials.countBy("byService", own)) + 1,
        context,
      );
      const credential: ServiceSpecificCredential = {
        credentialId,
        accountId,
        userId: owner.userId,
        serviceName,
        publicName: await freePublicName(tx, serviceName, owner),
        status: "Active",
        createdAtMs: nowMs,
        ...(CredentialAgeDays !== undefined && { expiresAtMs: nowMs + CredentialAgeDays * dayMs }),
        secretSha256: digestOf(password),
      };
      await tx.serviceSpecificCredentials.insert(credential);
      return { ServiceSpecificCredential: credentialShape({ owner, credential }, password, nowMs) };
    });
  },
});

/** `NAME-at-ACCOUNT`, then `NAME+1-at-ACCOUNT`: a renamed user takes his names with him, so more may be taken. */
async function freePublicName(tx: ReadTx, serviceName: string, { name, accountId }: User): Promise<string> {
  for (let n = 0; ; n++) {
    const publicName = `${name}${n === 0 ? "" : `+${n}`}-at-${accountId}`;
    if (!(await tx.serviceSpecificCredentials.getBy("byPublicName", serviceName, publicName)))
      return publicName;
  }
}
