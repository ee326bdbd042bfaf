import { iam, InvalidInput } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { userOrRootCheck } from "../caller-user.ts";
import { findOwnKey } from "./owner.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html */
export const UpdateAccessKey = operation(iam, "UpdateAccessKey", {
  authorization: ({ UserName }, context) => userOrRootCheck(UserName, context),
  async handle(input, context) {
    const { Status } = input;
    // The model's third status, `Expired`, is one that keys get and nobody sets; the sentence is ours.
    if (Status !== "Active" && Status !== "Inactive")
      throw InvalidInput(`The status of an access key cannot be set to ${Status}.`);
    await context.store.write(async (tx) => {
      const key = await findOwnKey(tx, input, context);
      await tx.accessKeys.put({ ...key, status: Status });
    });
  },
});
