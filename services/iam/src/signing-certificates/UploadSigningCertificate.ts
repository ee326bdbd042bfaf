import { DuplicateCertificate, iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { SigningCertificate } from "@rolecall/store-contract";
import { ownerKey } from "../access-keys/owner.ts";
import { keyOwner, userOrRootCheck } from "../caller-user.ts";
import { requireQuota } from "../quotas.ts";
import { certificateIdOf, certificateShape, requireCertificate } from "./signing-certificates.ts";

/**
 * Uploading one's own certificate again changes nothing and answers with what there is (AWS's answer calls it active
 * even where it is not). Another user's is refused.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSigningCertificate.html
 */
export const UploadSigningCertificate = operation(iam, "UploadSigningCertificate", {
  authorization: ({ UserName }, context) => userOrRootCheck(UserName, context),
  async handle({ UserName, CertificateBody }, context) {
    const { accountId, store, nowMs } = context;
    return store.write(async (tx) => {
      const { owner, userName } = await keyOwner(tx, UserName, context);
      const certificateId = certificateIdOf(requireCertificate(CertificateBody, nowMs));
      const existing = await tx.signingCertificates.get(accountId, certificateId);
      if (existing) {
        if (ownerKey(existing.owner) !== ownerKey(owner))
          throw DuplicateCertificate("Duplicate certificate uploaded.");
        return { Certificate: certificateShape(existing, userName) };
      }
      const own = await tx.signingCertificates.countBy("byOwner", [accountId, ownerKey(owner)]);
      requireQuota("CertificatesPerUser", own + 1, context);
      const created: SigningCertificate = {
        accountId,
        certificateId,
        owner,
        status: "Active",
        uploadedAtMs: nowMs,
        body: CertificateBody,
      };
      await tx.signingCertificates.insert(created);
      return { Certificate: certificateShape(created, userName) };
    });
  },
});
