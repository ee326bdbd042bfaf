import type { Random } from "@rolecall/identifiers";
import { awsError } from "@rolecall/model";
import { anyOperation } from "@rolecall/pipeline";
import type { Organization, WriteTx } from "@rolecall/store-contract";
import { adminCheck } from "./admin-check.ts";
import { firstAccount, iamPrincipal, installationOrganization, told } from "./organization-record.ts";
import type { ToldOrganization } from "./organization-record.ts";
import { jsonAnswer } from "./rest-json.ts";

const idAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

/** `o-` and ten of `[a-z0-9]`. */
function newOrganizationId(random: Random): string {
  let id = "o-";
  // Bytes from 252 on would favour the first letters.
  while (id.length < 12) {
    const byte = random(1)[0] ?? 255;
    if (byte < 252) id += idAlphabet.charAt(byte % 36);
  }
  return id;
}

const pageSize = 1000;

async function joinEveryAccount(tx: WriteTx, organizationId: string): Promise<void> {
  let after: string[] | undefined;
  for (;;) {
    const page = await tx.accounts.list([], { limit: pageSize, ...(after && { after }) });
    for (const account of page) await tx.accounts.put({ ...account, organizationId });
    const last = page.at(-1);
    if (page.length < pageSize || !last) return;
    after = [last.accountId];
  }
}

/**
 * Makes the accounts of this installation an organization: the first one manages it, all are its members, and
 * accounts that are created later join. IAM gets trusted access, which central root access needs; no service
 * control policy is attached.
 *
 * `POST /_rolecall/organization`
 */
export const CreateOrganization = anyOperation<object, { organization: ToldOrganization }>({
  name: "CreateOrganization",
  readOnly: false,
  allowsUnsigned: false,
  decode: () => ({}),
  authorization: (_input, context) => adminCheck(context, "CreateOrganization", "organization"),
  async handle(_input, { store, nowMs, random }) {
    const organizationId = newOrganizationId(random);
    const organization = await store.write(async (tx) => {
      if (await installationOrganization(tx))
        throw awsError(
          "AlreadyInOrganizationException",
          400,
          "The accounts of this installation are an organization already.",
        );
      const record: Organization = {
        organizationId,
        managementAccountId: await firstAccount(tx),
        createdAtMs: nowMs,
        rootFeatures: [],
        trustedServices: [iamPrincipal],
        delegatedAdministrators: [],
      };
      await tx.organizations.insert(record);
      await joinEveryAccount(tx, organizationId);
      return record;
    });
    return { organization: told(organization) };
  },
  encode: (output) => jsonAnswer(201, output),
  describe: (_input, output) => ({
    responseElements: output ? { organizationId: output.organization.id } : null,
  }),
});
