import { foldName } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { Group } from "@rolecall/store-contract";
import { entityCheck } from "../checks.ts";
import { find, user } from "../identity-kinds.ts";
import { pageOf, truncation } from "../pagination.ts";
import { groupShape } from "../shapes.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html */
export const ListGroupsForUser = operation(iam, "ListGroupsForUser", {
  authorization: ({ UserName }, context) => entityCheck(user, UserName, context),
  async handle(input, { store, accountId }) {
    const groups = await store.read(async (tx) => {
      const member = await find(user, tx, accountId, input.UserName);
      return Promise.all(member.groups.map((groupId) => tx.groups.getBy("byId", groupId)));
    });
    const page = pageOf(
      groups.filter((group): group is Group => group !== undefined),
      ({ name }) => foldName(name),
      input,
      ["groups-of", accountId, foldName(input.UserName)],
    );
    return { Groups: page.items.map(groupShape), ...truncation(page) };
  },
});
