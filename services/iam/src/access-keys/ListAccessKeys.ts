import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { keyOwner, userOrRootCheck } from "../caller-user.ts";
import { pageOfIndex, truncation } from "../pagination.ts";
import { ownerKey } from "./owner.ts";

/**
 * Oldest first; secrets are never shown again.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
 */
export const ListAccessKeys = operation(iam, "ListAccessKeys", {
  authorization: ({ UserName }, context) => userOrRootCheck(UserName, context),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { owner, userName } = await keyOwner(tx, input.UserName, context);
      const value = [context.accountId, ownerKey(owner)];
      const page = await pageOfIndex(tx.accessKeys, "byOwner", value, input, ["access-keys", ...value]);
      return {
        AccessKeyMetadata: page.items.map(({ accessKeyId, status, createdAtMs }) => ({
          UserName: userName,
          AccessKeyId: accessKeyId,
          Status: status,
          CreateDate: new Date(createdAtMs),
        })),
        ...truncation(page),
      };
    }),
});
