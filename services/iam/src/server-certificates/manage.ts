import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { listCheck } from "../checks.ts";
import { pageOfEntities, truncation } from "../pagination.ts";
import { wireTags } from "../tags.ts";
import { findServerCertificate, metadataShape, serverCertificateCheck } from "./server-certificates.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServerCertificate.html */
export const GetServerCertificate = operation(iam, "GetServerCertificate", {
  authorization: ({ ServerCertificateName }, context) =>
    serverCertificateCheck(ServerCertificateName, context),
  async handle({ ServerCertificateName }, { store, accountId }) {
    const found = await store.read((tx) => findServerCertificate(tx, accountId, ServerCertificateName));
    return {
      ServerCertificate: {
        ServerCertificateMetadata: metadataShape(found),
        CertificateBody: found.body,
        CertificateChain: found.chain,
        // Recorded 09/2026: there even when empty.
        Tags: wireTags(found.tags),
      },
    };
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificates.html */
export const ListServerCertificates = operation(iam, "ListServerCertificates", {
  authorization: ({ PathPrefix }, { accountId }) => listCheck("server-certificate", PathPrefix, accountId),
  async handle(input, { store, accountId }) {
    const prefix = input.PathPrefix ?? "/";
    const page = await store.read((tx) =>
      pageOfEntities(tx.serverCertificates, accountId, ({ path }) => path.startsWith(prefix), input, [
        "server-certificates",
        accountId,
        prefix,
      ]),
    );
    return { ServerCertificateMetadataList: page.items.map(metadataShape), ...truncation(page) };
  },
});

/**
 * Nothing here serves TLS with these certificates, so none is ever in use.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServerCertificate.html
 */
export const DeleteServerCertificate = operation(iam, "DeleteServerCertificate", {
  authorization: ({ ServerCertificateName }, context) =>
    serverCertificateCheck(ServerCertificateName, context),
  async handle({ ServerCertificateName }, { store, accountId }) {
    await store.write(async (tx) => {
      const { name } = await findServerCertificate(tx, accountId, ServerCertificateName);
      await tx.serverCertificates.delete(accountId, name);
    });
  },
});
