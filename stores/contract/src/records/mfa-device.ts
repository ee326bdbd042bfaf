import { collection } from "../collection.ts";
import type { AccessKeyOwner } from "./access-key.ts";
import { orderedTime } from "./ordered-time.ts";
import type { Tag } from "./tag.ts";

/** A virtual MFA device, assigned to a user or to nobody yet. */
export interface MfaDevice {
  accountId: string;
  /** Its ARN, `arn:aws:iam::ACCOUNT:mfa/PATH/NAME`. */
  serialNumber: string;
  name: string;
  /** Begins and ends with `/`. */
  path: string;
  createdAtMs: number;
  tags: Tag[];
  /** The TOTP seed in base 32, encrypted under the master key; base64. */
  sealedSeed: string;
  /** Who uses it; absent until it is enabled. */
  assigned?: {
    owner: AccessKeyOwner;
    enabledAtMs: number;
    /** Steps of 30 s by which the device's clock is ahead of ours. */
    drift: number;
    /** The later step of the last pair of codes: pairs up to it are not accepted again. */
    lastStep: number;
  };
  /** The same two when it is nobody's again, so that giving it back takes fresh codes. */
  lastAssigned?: { drift: number; lastStep: number };
  /** Steps whose codes signed somebody in of late: each does so once. */
  usedSteps?: number[];
  /** Codes that were tried, right and wrong, in one window of time. */
  attempts?: { windowStartMs: number; count: number };
}

/** Key [account id, serial number]. */
export const mfaDevices = collection({
  name: "mfaDevices",
  key: ({ accountId, serialNumber }: MfaDevice) => [accountId, serialNumber],
  indexes: {
    /** [account id, user id or `root`, time of assignment] */
    byOwner: ({ accountId, assigned }) =>
      assigned
        ? [
            [
              accountId,
              assigned.owner.kind === "root" ? "root" : assigned.owner.userId,
              orderedTime(assigned.enabledAtMs),
            ],
          ]
        : [],
  },
  isCounted: true,
});
