import { requestTagContext } from "@rolecall/access";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import type { Tag } from "@rolecall/store-contract";
import { tagKeysContext } from "../checks.ts";
import { pageOf, truncation } from "../pagination.ts";
import { tagged, untagged, wireTags } from "../tags.ts";
import { deviceCheck, findDevice } from "./devices.ts";

async function changeTags(
  serialNumber: string,
  { store, accountId }: OperationContext,
  edit: (tags: readonly Tag[]) => Tag[],
): Promise<void> {
  await store.write(async (tx) => {
    const device = await findDevice(tx, accountId, serialNumber);
    await tx.mfaDevices.put({ ...device, tags: edit(device.tags) });
  });
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagMFADevice.html */
export const TagMFADevice = operation(iam, "TagMFADevice", {
  authorization: ({ SerialNumber, Tags }, context) =>
    deviceCheck(SerialNumber, context, requestTagContext(Tags)),
  handle: ({ SerialNumber, Tags }, context) =>
    changeTags(SerialNumber, context, (own) => tagged(own, Tags, "exact")),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagMFADevice.html */
export const UntagMFADevice = operation(iam, "UntagMFADevice", {
  authorization: ({ SerialNumber, TagKeys }, context) =>
    deviceCheck(SerialNumber, context, tagKeysContext(TagKeys)),
  handle: ({ SerialNumber, TagKeys }, context) =>
    changeTags(SerialNumber, context, (own) => untagged(own, TagKeys, "exact")),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADeviceTags.html */
export const ListMFADeviceTags = operation(iam, "ListMFADeviceTags", {
  authorization: ({ SerialNumber }, context) => deviceCheck(SerialNumber, context),
  async handle(input, { store, accountId }) {
    const device = await store.read((tx) => findDevice(tx, accountId, input.SerialNumber));
    const page = pageOf(device.tags, ({ key }) => key, input, ["mfa-tags", device.serialNumber]);
    return { Tags: wireTags(page.items), ...truncation(page) };
  },
});
