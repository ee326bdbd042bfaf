import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { settableStatus } from "../statuses.ts";
import { credentialCheck, credentialShape, digestOf, findOwnCredential, newPassword } from "./credentials.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateServiceSpecificCredential.html */
export const UpdateServiceSpecificCredential = operation(iam, "UpdateServiceSpecificCredential", {
  authorization: (input, context) => credentialCheck(input, context),
  async handle(input, context) {
    await context.store.write(async (tx) => {
      const { credential } = await findOwnCredential(tx, input, context);
      await tx.serviceSpecificCredentials.put({ ...credential, status: settableStatus(input.Status) });
    });
  },
});

/**
 * Another secret; id, public name, status and times stay.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResetServiceSpecificCredential.html
 */
export const ResetServiceSpecificCredential = operation(iam, "ResetServiceSpecificCredential", {
  authorization: (input, context) => credentialCheck(input, context),
  async handle(input, context) {
    const password = newPassword(context.random);
    return context.store.write(async (tx) => {
      const { owner, credential } = await findOwnCredential(tx, input, context);
      await tx.serviceSpecificCredentials.put({ ...credential, secretSha256: digestOf(password) });
      return { ServiceSpecificCredential: credentialShape({ owner, credential }, password, context.nowMs) };
    });
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceSpecificCredential.html */
export const DeleteServiceSpecificCredential = operation(iam, "DeleteServiceSpecificCredential", {
  authorization: (input, context) => credentialCheck(input, context),
  async handle(input, context) {
    await context.store.write(async (tx) => {
      const { credential } = await findOwnCredential(tx, input, context);
      await tx.serviceSpecificCredentials.delete(credential.credentialId);
    });
  },
});
