import { resourceTagContext } from "@rolecall/access";
import { accountOfId, rootArn, userArn } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import type { AccessKey, ReadTx, User } from "@rolecall/store-contract";

interface OwnedKey {
  key: AccessKey;
  /** Undefined for a key of the root user. */
  user: User | undefined;
}

/** A key of the caller's account with its owner; undefined for every other. */
async function findKey(
  tx: ReadTx,
  accessKeyId: string,
  { accountId }: OperationContext,
): Promise<OwnedKey | undefined> {
  const key = await tx.accessKeys.get(accessKeyId);
  if (key?.accountId !== accountId) return undefined;
  return {
    key,
    user: key.owner.kind === "user" ? await tx.users.getBy("byId", key.owner.userId) : undefined,
  };
}

/**
 * When, where and with which service a key was used last. Decided on the key's owner, whatever user name is sent.
 * The model declares no error: a key that is not the account's is somebody else's resource, and refused as one.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
 */
export const GetAccessKeyLastUsed = operation(iam, "GetAccessKeyLastUsed", {
  async authorization({ AccessKeyId }, context) {
    const { accountId } = context;
    const shownAs = `access key ${AccessKeyId}`;
    const found = await context.store.read((tx) => findKey(tx, AccessKeyId, context));
    if (!found) {
      // Which account an id names can be read out of it; whether there is such a key is not told.
      const named = accountOfId(AccessKeyId);
      const owner = named === undefined || named === accountId ? "unknown" : named;
      return { resource: rootArn(owner), resourceAccountId: owner, shownAs };
    }
    const { user } = found;
    return {
      resource: user ? userArn(accountId, user.path, user.name) : rootArn(accountId),
      shownAs,
      context: resourceTagContext(user?.tags),
    };
  },
  async handle({ AccessKeyId }, context) {
    const found = await context.store.read((tx) => findKey(tx, AccessKeyId, context));
    // Deleted since it was authorized: its last use is gone with it.
    const used = found?.key.lastUsed;
    return {
      UserName: found?.user?.name,
      AccessKeyLastUsed: {
        LastUsedDate: used && new Date(used.atMs),
        ServiceName: used?.service ?? "N/A",
        Region: used?.region ?? "N/A",
      },
    };
  },
});
