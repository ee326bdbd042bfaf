import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { listCheck } from "../checks.ts";
import { pageOfEntities, truncation } from "../pagination.ts";
import { listedUser } from "../shapes.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html */
export const ListUsers = operation(iam, "ListUsers", {
  authorization: ({ PathPrefix }, { accountId }) => listCheck("user", PathPrefix, accountId),
  async handle(input, { store, accountId }) {
    const prefix = input.PathPrefix ?? "/";
    const page = await store.read((tx) =>
      pageOfEntities(tx.users, accountId, ({ path }) => path.startsWith(prefix), input, [
        "users",
        accountId,
        prefix,
      ]),
    );
    return { Users: page.items.map(listedUser), ...truncation(page) };
  },
});
