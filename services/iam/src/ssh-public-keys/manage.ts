import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { iamUserCheck, namedOrCallingIamUser } from "../caller-user.ts";
import { entityCheck } from "../checks.ts";
import { find, user } from "../identity-kinds.ts";
import { pageOfIndex, truncation } from "../pagination.ts";
import { settableStatus } from "../statuses.ts";
import { pemEncoding, sshEncoding } from "./ssh-key-format.ts";
import { findOwnSshKey, sshKeyShape } from "./ssh-public-keys.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSSHPublicKey.html */
export const GetSSHPublicKey = operation(iam, "GetSSHPublicKey", {
  authorization: ({ UserName }, context) => entityCheck(user, UserName, context),
  async handle(input, { store, accountId }) {
    const own = await store.read((tx) => findOwnSshKey(tx, accountId, input));
    const encode = input.Encoding === "PEM" ? pemEncoding : sshEncoding;
    return { SSHPublicKey: sshKeyShape(own, encode(own.key.blob)) };
  },
});

/** Oldest first. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSSHPublicKeys.html */
export const ListSSHPublicKeys = operation(iam, "ListSSHPublicKeys", {
  authorization: ({ UserName }, context) => iamUserCheck(UserName, context),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { accountId } = context;
      const owner = await find(user, tx, accountId, namedOrCallingIamUser(input.UserName, context));
      const value = [accountId, owner.userId];
      const page = await pageOfIndex(tx.sshPublicKeys, "byUser", value, input, ["ssh-public-keys", ...value]);
      return {
        SSHPublicKeys: page.items.map((key) => ({
          UserName: owner.name,
          SSHPublicKeyId: key.sshPublicKeyId,
          Status: key.status,
          UploadDate: new Date(key.uploadedAtMs),
        })),
        ...truncation(page),
      };
    }),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSSHPublicKey.html */
export const UpdateSSHPublicKey = operation(iam, "UpdateSSHPublicKey", {
  authorization: ({ UserName }, context) => entityCheck(user, UserName, context),
  async handle(input, { store, accountId }) {
    await store.write(async (tx) => {
      const { key } = await findOwnSshKey(tx, accountId, input);
      await tx.sshPublicKeys.put({ ...key, status: settableStatus(input.Status) });
    });
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSSHPublicKey.html */
export const DeleteSSHPublicKey = operation(iam, "DeleteSSHPublicKey", {
  authorization: ({ UserName }, context) => entityCheck(user, UserName, context),
  async handle(input, { store, accountId }) {
    await store.write(async (tx) => {
      const { key } = await findOwnSshKey(tx, accountId, input);
      await tx.sshPublicKeys.delete(key.sshPublicKeyId);
    });
  },
});
