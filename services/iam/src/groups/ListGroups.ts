import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { listCheck } from "../checks.ts";
import { pageOfEntities, truncation } from "../pagination.ts";
import { groupShape } from "../shapes.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html */
export const ListGroups = operation(iam, "ListGroups", {
  authorization: ({ PathPrefix }, { accountId }) => listCheck("group", PathPrefix, accountId),
  async handle(input, { store, accountId }) {
    const prefix = input.PathPrefix ?? "/";
    const page = await store.read((tx) =>
      pageOfEntities(tx.groups, accountId, ({ path }) => path.startsWith(prefix), input, [
        "groups",
        accountId,
        prefix,
      ]),
    );
    return { Groups: page.items.map(groupShape), ...truncation(page) };
  },
});
