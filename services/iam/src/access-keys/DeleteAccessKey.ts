import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { userOrRootCheck } from "../caller-user.ts";
import { findOwnKey } from "./owner.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html */
export const DeleteAccessKey = operation(iam, "DeleteAccessKey", {
  authorization: ({ UserName }, context) => userOrRootCheck(UserName, context),
  async handle(input, context) {
    await context.store.write(async (tx) => {
      const { accessKeyId } = await findOwnKey(tx, input, context);
      await tx.accessKeys.delete(accessKeyId);
    });
  },
});
