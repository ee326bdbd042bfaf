import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { listCheck } from "../checks.ts";
import { pageOfEntities, truncation } from "../pagination.ts";
import { listedRole } from "../shapes.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export const ListRoles = operation(iam, "ListRoles", {
  authorization: ({ PathPrefix }, { accountId }) => listCheck("role", PathPrefix, accountId),
  handle(input, { store, accountId }) {
    const prefix = input.PathPrefix ?? "/";
    return store.read(async (tx) => {
      const page = await pageOfEntities(tx.roles, accountId, ({ path }) => path.startsWith(prefix), input, [
        "roles",
        accountId,
        prefix,
      ]);
      return {
        Roles: await Promise.all(page.items.map((role) => listedRole(tx, role))),
        ...truncation(page),
      };
    });
  },
});
