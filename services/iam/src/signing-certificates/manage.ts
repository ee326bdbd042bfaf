import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { ownerKey } from "../access-keys/owner.ts";
import { keyOwner, userOrRootCheck } from "../caller-user.ts";
import { pageOfIndex, truncation } from "../pagination.ts";
import { settableStatus } from "../statuses.ts";
import { certificateShape, findOwnCertificate } from "./signing-certificates.ts";

/** Oldest first. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSigningCertificates.html */
export const ListSigningCertificates = operation(iam, "ListSigningCertificates", {
  authorization: ({ UserName }, context) => userOrRootCheck(UserName, context),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { owner, userName } = await keyOwner(tx, input.UserName, context);
      const value = [context.accountId, ownerKey(owner)];
      const listing = ["signing-certificates", ...value];
      const page = await pageOfIndex(tx.signingCertificates, "byOwner", value, input, listing);
      return {
        Certificates: page.items.map((certificate) => certificateShape(certificate, userName)),
        ...truncation(page),
      };
    }),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSigningCertificate.html */
export const UpdateSigningCertificate = operation(iam, "UpdateSigningCertificate", {
  authorization: ({ UserName }, context) => userOrRootCheck(UserName, context),
  async handle(input, context) {
    await context.store.write(async (tx) => {
      const certificate = await findOwnCertificate(tx, input, context);
      await tx.signingCertificates.put({ ...certificate, status: settableStatus(input.Status) });
    });
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSigningCertificate.html */
export const DeleteSigningCertificate = operation(iam, "DeleteSigningCertificate", {
  authorization: ({ UserName }, context) => userOrRootCheck(UserName, context),
  async handle(input, context) {
    await context.store.write(async (tx) => {
      const { accountId, certificateId } = await findOwnCertificate(tx, input, context);
      await tx.signingCertificates.delete(accountId, certificateId);
    });
  },
});
