import { NoSuchEntity } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import type { ReadTx, SshPublicKey, User } from "@rolecall/store-contract";
import { find, user } from "../identity-kinds.ts";
import { fingerprint } from "./ssh-key-format.ts";

export interface OwnSshKey {
  owner: User;
  key: SshPublicKey;
}

/** A key of the named user. @throws NoSuchEntity for the user, then for the key */
export async function findOwnSshKey(
  tx: ReadTx,
  accountId: string,
  { UserName, SSHPublicKeyId }: { readonly UserName: string; readonly SSHPublicKeyId: string },
): Promise<OwnSshKey> {
  const owner = await find(user, tx, accountId, UserName);
  const key = await tx.sshPublicKeys.get(SSHPublicKeyId);
  if (key?.accountId !== accountId)
    throw NoSuchEntity(`The Public Key with id ${SSHPublicKeyId} cannot be found.`);
  if (key.userId !== owner.userId) throw NoSuchEntity(`User has no Public Key with id ${SSHPublicKeyId}.`);
  return { owner, key };
}

/** @param body  the key in the encoding that is wanted */
export const sshKeyShape = ({ owner, key }: OwnSshKey, body: string): Iam.SSHPublicKey => ({
  UserName: owner.name,
  SSHPublicKeyId: key.sshPublicKeyId,
  Fingerprint: fingerprint(key.blob),
  SSHPublicKeyBody: body,
  Status: key.status,
  UploadDate: new Date(key.uploadedAtMs),
});
