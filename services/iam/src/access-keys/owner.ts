import { NoSuchEntity } from "@rolecall/model";
import type { OperationContext } from "@rolecall/pipeline";
import type { AccessKey, AccessKeyOwner, ReadTx } from "@rolecall/store-contract";
import { keyOwner } from "../caller-user.ts";

/** The owner as the index of access keys has it. */
export const ownerKey = (owner: AccessKeyOwner): string => (owner.kind === "root" ? "root" : owner.userId);

/** A key of the named or calling user; another's key is not found. @throws NoSuchEntity */
export async function findOwnKey(
  tx: ReadTx,
  input: { readonly UserName?: string | undefined; readonly AccessKeyId: string },
  context: OperationContext,
): Promise<AccessKey> {
  const { owner } = await keyOwner(tx, input.UserName, context);
  const key = await tx.accessKeys.get(input.AccessKeyId);
  if (key?.accountId !== context.accountId || ownerKey(key.owner) !== ownerKey(owner))
    throw NoSuchEntity(`The Access Key with id ${input.AccessKeyId} cannot be found.`);
  return key;
}
