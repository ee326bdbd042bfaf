import { idPrefixes, newAccessKeyId } from "@rolecall/identifiers";
import { DuplicateSSHPublicKey, iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { SshPublicKey } from "@rolecall/store-contract";
import { entityCheck } from "../checks.ts";
import { find, user } from "../identity-kinds.ts";
import { quotaOf, requireQuota } from "../quotas.ts";
import { parsePublicKey } from "./ssh-key-format.ts";
import { sshKeyShape } from "./ssh-public-keys.ts";

/**
 * A user cannot have the same key twice, whatever its encoding; two users can.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSSHPublicKey.html
 */
export const UploadSSHPublicKey = operation(iam, "UploadSSHPublicKey", {
  authorization: ({ UserName }, context) => entityCheck(user, UserName, context),
  async handle({ UserName, SSHPublicKeyBody }, context) {
    const { store, accountId, random, nowMs } = context;
    const sshPublicKeyId = newAccessKeyId(idPrefixes.sshPublicKey, accountId, random);
    return store.write(async (tx) => {
      const owner = await find(user, tx, accountId, UserName);
      const blob = parsePublicKey(SSHPublicKeyBody);
      const own = await tx.sshPublicKeys.listBy("byUser", [accountId, owner.userId], {
        limit: quotaOf("SSHPublicKeysPerUser", context),
      });
      if (own.some(({ record }) => record.blob === blob))
        throw DuplicateSSHPublicKey("Duplicate SSH public key uploaded.");
      requireQuota("SSHPublicKeysPerUser", own.length + 1, context);
      const key: SshPublicKey = {
        sshPublicKeyId,
        accountId,
        userId: owner.userId,
        status: "Active",
        uploadedAtMs: nowMs,
        blob,
      };
      await tx.sshPublicKeys.insert(key);
      return { SSHPublicKey: sshKeyShape({ owner, key }, SSHPublicKeyBody) };
    });
  },
});
