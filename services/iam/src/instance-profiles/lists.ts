import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { entityCheck, listCheck } from "../checks.ts";
import { find, role } from "../identity-kinds.ts";
import { pageOfEntities, pageOfIndex, truncation } from "../pagination.ts";
import { instanceProfileShape } from "../shapes.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html */
export const ListInstanceProfiles = operation(iam, "ListInstanceProfiles", {
  authorization: ({ PathPrefix }, { accountId }) => listCheck("instance-profile", PathPrefix, accountId),
  handle(input, { store, accountId }) {
    const prefix = input.PathPrefix ?? "/";
    return store.read(async (tx) => {
      const page = await pageOfEntities(
        tx.instanceProfiles,
        accountId,
        ({ path }) => path.startsWith(prefix),
        input,
        ["instance-profiles", accountId, prefix],
      );
      return {
        InstanceProfiles: await Promise.all(page.items.map((profile) => instanceProfileShape(tx, profile))),
        ...truncation(page),
      };
    });
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html */
export const ListInstanceProfilesForRole = operation(iam, "ListInstanceProfilesForRole", {
  authorization: ({ RoleName }, context) => entityCheck(role, RoleName, context),
  handle: (input, { store, accountId }) =>
    store.read(async (tx) => {
      const { roleId } = await find(role, tx, accountId, input.RoleName);
      const page = await pageOfIndex(tx.instanceProfiles, "byRole", [roleId], input, ["profiles-of", roleId]);
      return {
        InstanceProfiles: await Promise.all(page.items.map((profile) => instanceProfileShape(tx, profile))),
        ...truncation(page),
      };
    }),
});
