import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { userOrRootCheck } from "../caller-user.ts";
import { settableStatus } from "../statuses.ts";
import { findOwnKey } from "./owner.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html */
export const UpdateAccessKey = operation(iam, "UpdateAccessKey", {
  authorization: ({ UserName }, context) => userOrRootCheck(UserName, context),
  async handle(input, context) {
    const status = settableStatus(input.Status);
    await context.store.write(async (tx) => {
      const key = await findOwnKey(tx, input, context);
      await tx.accessKeys.put({ ...key, status });
    });
  },
});
