import { Secret, sealSecret } from "@rolecall/credentials";
import { idPrefixes, newUniqueId, serverCertificateArn } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { ServerCertificate } from "@rolecall/store-contract";
import { creationChecks } from "../checks.ts";
import { requireQuota } from "../quotas.ts";
import { requestedTags, tagsIfAny } from "../tags.ts";
import { requireKeyMaterial } from "./key-material.ts";
import { insertServerCertificate, metadataShape } from "./server-certificates.ts";

/**
 * A certificate for TLS with its private key, which is kept sealed under the master key and shown by no operation.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadServerCertificate.html
 */
export const UploadServerCertificate = operation(iam, "UploadServerCertificate", {
  authorization: ({ ServerCertificateName, Path, Tags }, { accountId }) =>
    creationChecks(
      serverCertificateArn(accountId, Path ?? "/", ServerCertificateName),
      Tags,
      "iam:TagServerCertificate",
    ),
  async handle(input, context) {
    const { accountId, store, access, random, nowMs } = context;
    const { body, chain, expiresAtMs } = requireKeyMaterial(input, nowMs);
    const serverCertificateId = newUniqueId(idPrefixes.serverCertificate, accountId, random);
    const privateKey = new Secret(input.PrivateKey.trim());
    const created: ServerCertificate = {
      accountId,
      serverCertificateId,
      name: input.ServerCertificateName,
      path: input.Path ?? "/",
      uploadedAtMs: nowMs,
      expiresAtMs,
      body,
      ...(chain !== undefined && { chain }),
      sealedPrivateKey: sealSecret(access.masterKey, serverCertificateId, privateKey, random),
      tags: requestedTags(input.Tags, "exact"),
    };
    await store.write(async (tx) => {
      await insertServerCertificate(tx, created);
      requireQuota("ServerCertificatesPerAccount", await tx.serverCertificates.count([accountId]), context);
    });
    return { ServerCertificateMetadata: metadataShape(created), Tags: tagsIfAny(created.tags) };
  },
});
