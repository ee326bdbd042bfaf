import { userArn } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { entityCheck } from "../checks.ts";
import { rename, user } from "../identity-kinds.ts";

/**
 * Renames or moves a user. The unique id stays, so trust policies that name the user go on naming him.
 * Permission is needed on what the user is called and on what he will be called.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
 */
export const UpdateUser = operation(iam, "UpdateUser", {
  async authorization({ UserName, NewUserName, NewPath }, context) {
    const { store, accountId } = context;
    const current = await entityCheck(user, UserName, context);
    const stored = await store.read((tx) => tx.users.get(accountId, UserName));
    const target = userArn(
      accountId,
      NewPath ?? stored?.path ?? "/",
      NewUserName ?? stored?.name ?? UserName,
    );
    return target === current.resource
      ? [current]
      : [current, { ...current, resource: target, shownAs: target }];
  },
  handle: ({ UserName, NewUserName, NewPath }, context) =>
    rename(user, UserName, { name: NewUserName, path: NewPath }, context),
});
