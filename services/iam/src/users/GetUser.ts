import { rootArn } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import { namedOrCallingUser, userOrRootCheck } from "../caller-user.ts";
import { find, user } from "../identity-kinds.ts";
import { userShape } from "../shapes.ts";

/** The root user is shown by the account's number and has neither name nor path, whatever the model requires. */
async function rootShape({ store, accountId }: OperationContext): Promise<Iam.User> {
  const account = await store.read((tx) => tx.accounts.get(accountId));
  const shape: Partial<Iam.User> = {
    UserId: accountId,
    Arn: rootArn(accountId),
    CreateDate: new Date(account?.createdAtMs ?? 0),
  };
  return shape as Iam.User;
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html */
export const GetUser = operation(iam, "GetUser", {
  authorization: ({ UserName }, context) => userOrRootCheck(UserName, context),
  async handle({ UserName }, context) {
    const name = namedOrCallingUser(UserName, context);
    if (name === undefined) return { User: await rootShape(context) };
    return {
      User: await context.store.read(async (tx) => userShape(await find(user, tx, context.accountId, name))),
    };
  },
});
