import { userArn } from "@rolecall/identifiers";
import { iam, InvalidInput } from "@rolecall/model";
import type { InputOf, IamOperations } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import type { ReadTx, User } from "@rolecall/store-contract";
import { iamUserCheck, namedOrCallingIamUser } from "../caller-user.ts";
import { find, user } from "../identity-kinds.ts";
import { pageOfIndex, truncation } from "../pagination.ts";
import { metadataShape } from "./credentials.ts";
import { requireService } from "./services.ts";

type Input = InputOf<IamOperations, "ListServiceSpecificCredentials"> & object;

/** The user whose credentials are asked for; undefined for all users. */
async function askedFor(tx: ReadTx, input: Input, context: OperationContext): Promise<User | undefined> {
  if (!input.AllUsers)
    return find(user, tx, context.accountId, namedOrCallingIamUser(input.UserName, context));
  if (input.UserName !== undefined)
    throw InvalidInput("Cannot list credentials for all users if a username is given");
  return undefined;
}

/**
 * The credentials of one user, or of all users of the account, for one service or for all; without secrets.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html
 */
export const ListServiceSpecificCredentials = operation(iam, "ListServiceSpecificCredentials", {
  authorization: (input, context) =>
    // Recorded 09/2026: for all users, permission for `user/*` is needed.
    input.AllUsers
      ? { resource: userArn(context.accountId, "/", "*") }
      : iamUserCheck(input.UserName, context),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { accountId, nowMs } = context;
      const owner = await askedFor(tx, input, context);
      const service = input.ServiceName ? requireService(input.ServiceName) : undefined;
      const value = [accountId, ...(service ? [service] : []), ...(owner ? [owner.userId] : [])];
      const index = service ? "byService" : "byUser";
      const listing = ["service-specific-credentials", index, ...value];
      const page = await pageOfIndex(tx.serviceSpecificCredentials, index, value, input, listing);
      const shown = page.items.map(async (credential) => {
        const holder = owner ?? (await tx.users.getBy("byId", credential.userId));
        // A user cannot be deleted while he has credentials.
        if (!holder) throw new Error(`the user of ${credential.credentialId} is gone`);
        return metadataShape({ owner: holder, credential }, nowMs);
      });
      return { ServiceSpecificCredentials: await Promise.all(shown), ...truncation(page) };
    }),
});
