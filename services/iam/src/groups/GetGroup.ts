import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { entityCheck } from "../checks.ts";
import { find, group } from "../identity-kinds.ts";
import { pageOfIndex, truncation } from "../pagination.ts";
import { groupShape, listedUser } from "../shapes.ts";

/**
 * A group and a page of its users.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html
 */
export const GetGroup = operation(iam, "GetGroup", {
  authorization: ({ GroupName }, context) => entityCheck(group, GroupName, context),
  handle: (input, { store, accountId }) =>
    store.read(async (tx) => {
      const found = await find(group, tx, accountId, input.GroupName);
      const page = await pageOfIndex(tx.users, "byGroup", [found.groupId], input, [
        "users-of",
        found.groupId,
      ]);
      return { Group: groupShape(found), Users: page.items.map(listedUser), ...truncation(page) };
    }),
});
