import { DeleteConflict, iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { deviceCheck, findDevice } from "./devices.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html */
export const DeleteVirtualMFADevice = operation(iam, "DeleteVirtualMFADevice", {
  authorization: ({ SerialNumber }, context) => deviceCheck(SerialNumber, context),
  async handle({ SerialNumber }, { store, accountId }) {
    await store.write(async (tx) => {
      const device = await findDevice(tx, accountId, SerialNumber);
      if (device.assigned) throw DeleteConflict("MFA VirtualDevice in use. Must deactivate first.");
      await tx.mfaDevices.delete(accountId, SerialNumber);
    });
  },
});
