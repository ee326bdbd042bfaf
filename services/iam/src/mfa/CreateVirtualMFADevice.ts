import { newTotpSeed, sealSecret, totpUri } from "@rolecall/credentials";
import { EntityAlreadyExists, iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { StoreConflict } from "@rolecall/store-contract";
import type { MfaDevice } from "@rolecall/store-contract";
import { creationChecks } from "../checks.ts";
import { requireQuota } from "../quotas.ts";
import { requestedTags, tagsIfAny } from "../tags.ts";
import { mfaArn } from "./devices.ts";
import { qrCodePng } from "./qr-code.ts";

/**
 * A device that belongs to nobody yet. Its seed is in this answer and nowhere else: what is kept is sealed under
 * the master key.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateVirtualMFADevice.html
 */
export const CreateVirtualMFADevice = operation(iam, "CreateVirtualMFADevice", {
  authorization: ({ VirtualMFADeviceName, Path, Tags }, { accountId }) =>
    creationChecks(mfaArn(accountId, Path ?? "/", VirtualMFADeviceName), Tags, "iam:TagMFADevice"),
  async handle({ VirtualMFADeviceName, Path, Tags }, context) {
    const { accountId, store, access, random, nowMs } = context;
    const path = Path ?? "/";
    const serialNumber = mfaArn(accountId, path, VirtualMFADeviceName);
    const seed = newTotpSeed(random);
    const created: MfaDevice = {
      accountId,
      serialNumber,
      name: VirtualMFADeviceName,
      path,
      createdAtMs: nowMs,
      tags: requestedTags(Tags, "exact"),
      sealedSeed: sealSecret(access.masterKey, serialNumber, seed, random),
    };
    try {
      await store.write(async (tx) => {
        await tx.mfaDevices.insert(created);
        requireQuota("VirtualMFADevicesPerAccount", await tx.mfaDevices.count([accountId]), context);
      });
    } catch (error) {
      if (error instanceof StoreConflict) throw EntityAlreadyExists("MFA device already exists.");
      throw error;
    }
    return {
      VirtualMFADevice: {
        SerialNumber: serialNumber,
        Base32StringSeed: Buffer.from(seed.reveal()),
        QRCodePNG: qrCodePng(totpUri(seed, "Rolecall", `${VirtualMFADeviceName}@${accountId}`)),
        Tags: tagsIfAny(created.tags),
      },
    };
  },
});
