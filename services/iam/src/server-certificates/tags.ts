import { requestTagContext } from "@rolecall/access";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import type { Tag } from "@rolecall/store-contract";
import { tagKeysContext } from "../checks.ts";
import { pageOf, truncation } from "../pagination.ts";
import { tagged, untagged, wireTags } from "../tags.ts";
import { findServerCertificate, serverCertificateCheck } from "./server-certificates.ts";

async function changeTags(
  name: string,
  { store, accountId }: OperationContext,
  edit: (tags: readonly Tag[]) => Tag[],
): Promise<void> {
  await store.write(async (tx) => {
    const certificate = await findServerCertificate(tx, accountId, name);
    await tx.serverCertificates.put({ ...certificate, tags: edit(certificate.tags) });
  });
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagServerCertificate.html */
export const TagServerCertificate = operation(iam, "TagServerCertificate", {
  authorization: ({ ServerCertificateName, Tags }, context) =>
    serverCertificateCheck(ServerCertificateName, context, requestTagContext(Tags)),
  handle: ({ ServerCertificateName, Tags }, context) =>
    changeTags(ServerCertificateName, context, (own) => tagged(own, Tags, "exact")),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagServerCertificate.html */
export const UntagServerCertificate = operation(iam, "UntagServerCertificate", {
  authorization: ({ ServerCertificateName, TagKeys }, context) =>
    serverCertificateCheck(ServerCertificateName, context, tagKeysContext(TagKeys)),
  handle: ({ ServerCertificateName, TagKeys }, context) =>
    changeTags(ServerCertificateName, context, (own) => untagged(own, TagKeys, "exact")),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificateTags.html */
export const ListServerCertificateTags = operation(iam, "ListServerCertificateTags", {
  authorization: ({ ServerCertificateName }, context) =>
    serverCertificateCheck(ServerCertificateName, context),
  async handle(input, { store, accountId }) {
    const found = await store.read((tx) => findServerCertificate(tx, accountId, input.ServerCertificateName));
    const listing = ["server-certificate-tags", found.serverCertificateId];
    const page = pageOf(found.tags, ({ key }) => key, input, listing);
    return { Tags: wireTags(page.items), ...truncation(page) };
  },
});
