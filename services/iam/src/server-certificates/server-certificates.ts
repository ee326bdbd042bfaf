import { resourceTagContext } from "@rolecall/access";
import type { ContextEntries } from "@rolecall/access";
import { serverCertificateArn } from "@rolecall/identifiers";
import { EntityAlreadyExists, NoSuchEntity } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import { StoreConflict } from "@rolecall/store-contract";
import type { ReadTx, ServerCertificate, WriteTx } from "@rolecall/store-contract";
import { factsOf } from "../checks.ts";

/** @throws NoSuchEntity */
export async function findServerCertificate(
  tx: ReadTx,
  accountId: string,
  name: string,
): Promise<ServerCertificate> {
  const certificate = await tx.serverCertificates.get(accountId, name);
  if (!certificate) throw NoSuchEntity(`The Server Certificate with name ${name} cannot be found.`);
  return certificate;
}

/** @throws EntityAlreadyExists in any case of the name */
export async function insertServerCertificate(tx: WriteTx, certificate: ServerCertificate): Promise<void> {
  try {
    await tx.serverCertificates.insert(certificate);
  } catch (error) {
    if (error instanceof StoreConflict && error.index === undefined)
      throw EntityAlreadyExists(`The Server Certificate with name ${certificate.name} already exists.`);
    throw error;
  }
}

/** The check on a certificate that a request names, shown as live denials show it. */
export function serverCertificateCheck(
  name: string,
  context: OperationContext,
  entries: ContextEntries = {},
): Promise<CheckFacts> {
  const { accountId } = context;
  return factsOf(
    context,
    (tx) => tx.serverCertificates.get(accountId, name),
    (found) => ({
      resource: serverCertificateArn(accountId, found?.path ?? "/", found?.name ?? name),
      shownAs: `server certificate ${name}`,
      context: { ...resourceTagContext(found?.tags, ["aws"]), ...entries },
    }),
  );
}

export const metadataShape = ({
  accountId,
  path,
  name,
  ...certificate
}: ServerCertificate): Iam.ServerCertificateMetadata => ({
  Path: path,
  ServerCertificateName: name,
  ServerCertificateId: certificate.serverCertificateId,
  Arn: serverCertificateArn(accountId, path, name),
  UploadDate: new Date(certificate.uploadedAtMs),
  Expiration: new Date(certificate.expiresAtMs),
});
