import { newAccessKey, sealSecret } from "@rolecall/credentials";
import { iam } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { keyOwner, userOrRootCheck } from "../caller-user.ts";
import { requireQuota } from "../quotas.ts";
import { ownerKey } from "./owner.ts";

/**
 * A long-term key. The secret is in this answer and nowhere else: what is kept is sealed under the master key.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
 */
export const CreateAccessKey = operation(iam, "CreateAccessKey", {
  authorization: ({ UserName }, context) => userOrRootCheck(UserName, context),
  async handle({ UserName }, context) {
    const { accountId, store, access, random, nowMs } = context;
    const { accessKeyId, secretAccessKey } = newAccessKey(accountId, random);
    const sealedSecret = sealSecret(access.masterKey, accessKeyId, secretAccessKey, random);
    const userName = await store.write(async (tx) => {
      const { owner, userName } = await keyOwner(tx, UserName, context);
      const existing = await tx.accessKeys.countBy("byOwner", [accountId, ownerKey(owner)]);
      requireQuota("AccessKeysPerUser", existing + 1, context);
      await tx.accessKeys.insert({
        accessKeyId,
        accountId,
        owner,
        status: "Active",
        createdAtMs: nowMs,
        sealedSecret,
      });
      return userName;
    });
    const key: Partial<Iam.AccessKey> = {
      // Keys of the root user belong to no user name, whatever the model requires.
      ...(userName !== undefined && { UserName: userName }),
      AccessKeyId: accessKeyId,
      Status: "Active",
      SecretAccessKey: secretAccessKey.reveal(),
      CreateDate: new Date(nowMs),
    };
    return { AccessKey: key as Iam.AccessKey };
  },
});
