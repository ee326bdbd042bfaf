import { serverCertificateArn } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import {
  findServerCertificate,
  insertServerCertificate,
  serverCertificateCheck,
} from "./server-certificates.ts";

/**
 * Renames or moves a certificate; its id and tags stay. Permission is needed on what it is called and on what it
 * will be called.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateServerCertificate.html
 */
export const UpdateServerCertificate = operation(iam, "UpdateServerCertificate", {
  async authorization({ ServerCertificateName, NewServerCertificateName, NewPath }, context) {
    const { store, accountId } = context;
    const current = await serverCertificateCheck(ServerCertificateName, context);
    const stored = await store.read((tx) => tx.serverCertificates.get(accountId, ServerCertificateName));
    const target = serverCertificateArn(
      accountId,
      NewPath ?? stored?.path ?? "/",
      NewServerCertificateName ?? stored?.name ?? ServerCertificateName,
    );
    return target === current.resource
      ? [current]
      : [current, { ...current, resource: target, shownAs: target }];
  },
  async handle({ ServerCertificateName, NewServerCertificateName, NewPath }, { store, accountId }) {
    await store.write(async (tx) => {
      const current = await findServerCertificate(tx, accountId, ServerCertificateName);
      await tx.serverCertificates.delete(accountId, current.name);
      await insertServerCertificate(tx, {
        ...current,
        name: NewServerCertificateName ?? current.name,
        path: NewPath ?? current.path,
      });
    });
  },
});
