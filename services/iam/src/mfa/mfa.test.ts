import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { Secret, TOTP } from "otpauth";
import { account, allow, element, elements, iamRoad, refusal } from "../testing.ts";
import type { IamRoad } from "../testing.ts";

const serial = `arn:aws:iam::${account}:mfa/phones/bob`;
const stepMs = 30_000;

/** An account with Bob and a device that is nobody's; `code(n)` is the device's code n steps from now. */
async function story(): Promise<IamRoad & { code(steps: number): string; seed: string; png: Buffer }> {
  const iam = await iamRoad();
  await iam.done("CreateUser", { UserName: "Bob" });
  const made = await iam.done("CreateVirtualMFADevice", { VirtualMFADeviceName: "bob", Path: "/phones/" });
  equal(element(made, "SerialNumber"), serial);
  const seed = Buffer.from(element(made, "Base32StringSeed") ?? "", "base64").toString();
  const totp = new TOTP({ secret: Secret.fromBase32(seed) });
  return {
    ...iam,
    seed,
    png: Buffer.from(element(made, "QRCodePNG") ?? "", "base64"),
    code: (steps) => totp.generate({ timestamp: iam.road.clock.nowMs + steps * stepMs }),
  };
}

test("a device is made once, with a seed and a picture, and nothing of it is said again", async () => {
  const { call, done, seed, png, road } = await story();
  equal(seed.length, 64);
  equal(png.subarray(1, 4).toString(), "PNG");
  deepEqual(
    refusal(await call("CreateVirtualMFADevice", { VirtualMFADeviceName: "bob", Path: "/phones/" })),
    [409, "EntityAlreadyExists", "MFA device already exists."],
  );
  const listed = await done("ListVirtualMFADevices");
  deepEqual(elements(listed, "SerialNumber"), [serial]);
  ok(!listed.includes("Seed") && !JSON.stringify(road.events).includes(seed));
});

test("two consecutive codes enable a device; others do not", async () => {
  const { call, done, code } = await story();
  const enable = (first: string, second: string): ReturnType<typeof call> =>
    call("EnableMFADevice", {
      UserName: "Bob",
      SerialNumber: serial,
      AuthenticationCode1: first,
      AuthenticationCode2: second,
    });
  const wrong = [403, "InvalidAuthenticationCode", "Authentication code for device is not valid."];
  deepEqual(refusal(await enable(code(0), code(0))), wrong);
  deepEqual(refusal(await enable(code(0), code(-1))), wrong);
  equal((await enable(code(-1), code(0))).status, 200);
  deepEqual(refusal(await enable(code(0), code(1))), [
    409,
    "EntityAlreadyExists",
    "MFA Device for user Bob already exists.",
  ]);
  await done("CreateUser", { UserName: "Eve" });
  const toEve = { UserName: "Eve", SerialNumber: serial };
  const codes = { AuthenticationCode1: code(0), AuthenticationCode2: code(1) };
  deepEqual(refusal(await call("EnableMFADevice", { ...toEve, ...codes })), [
    409,
    "EntityAlreadyExists",
    "MFA Device is already in use.",
  ]);

  deepEqual(elements(await done("ListMFADevices", { UserName: "Bob" }), "SerialNumber"), [serial]);
  // It tells of FIDO keys only.
  equal(refusal(await call("GetMFADevice", { SerialNumber: serial, UserName: "Bob" }))[1], "ValidationError");
  deepEqual(refusal(await call("GetMFADevice", { SerialNumber: `${serial}2`, UserName: "Bob" })), [
    404,
    "NoSuchEntity",
    "MFA Device invalid for user.",
  ]);
  equal(element(await done("ListVirtualMFADevices", { AssignmentStatus: "Assigned" }), "UserName"), "Bob");
  deepEqual(
    elements(await done("ListVirtualMFADevices", { AssignmentStatus: "Unassigned" }), "SerialNumber"),
    [],
  );
});

test("what is in use is not deleted, and what is deactivated is nobody's", async () => {
  const { call, done, code } = await story();
  await done("EnableMFADevice", {
    UserName: "Bob",
    SerialNumber: serial,
    AuthenticationCode1: code(-1),
    AuthenticationCode2: code(0),
  });
  deepEqual(refusal(await call("DeleteVirtualMFADevice", { SerialNumber: serial })), [
    409,
    "DeleteConflict",
    "MFA VirtualDevice in use. Must deactivate first.",
  ]);
  deepEqual(refusal(await call("DeleteUser", { UserName: "Bob" })), [
    409,
    "DeleteConflict",
    "Cannot delete entity, must remove tokens from principal first.",
  ]);
  await done("CreateUser", { UserName: "Eve" });
  deepEqual(refusal(await call("DeactivateMFADevice", { UserName: "Eve", SerialNumber: serial })), [
    404,
    "NoSuchEntity",
    "MFA Device invalid for user.",
  ]);
  await done("DeactivateMFADevice", { UserName: "Bob", SerialNumber: serial });
  deepEqual(elements(await done("ListMFADevices", { UserName: "Bob" }), "SerialNumber"), []);
  await done("DeleteVirtualMFADevice", { SerialNumber: serial });
  await done("DeleteUser", { UserName: "Bob" });
});

test("a device whose clock went off is brought into step, by codes that were not used before", async () => {
  const { call, done, code, road } = await story();
  const both = (first: number, second: number): Record<string, string> => ({
    UserName: "Bob",
    SerialNumber: serial,
    AuthenticationCode1: code(first),
    AuthenticationCode2: code(second),
  });
  await done("EnableMFADevice", both(-1, 0));
  equal(refusal(await call("ResyncMFADevice", both(-1, 0)))[1], "InvalidAuthenticationCode");
  await done("ResyncMFADevice", both(5, 6));
  equal(refusal(await call("ResyncMFADevice", both(5, 6)))[1], "InvalidAuthenticationCode");
  road.clock.nowMs += 10 * stepMs;
  await done("ResyncMFADevice", both(0, 1));
});

test("devices have tags", async () => {
  const { done } = await story();
  await done("TagMFADevice", { SerialNumber: serial, "Tags.member.1.Key": "k", "Tags.member.1.Value": "v" });
  deepEqual(elements(await done("ListMFADeviceTags", { SerialNumber: serial }), "Key"), ["k"]);
  // Keys of devices may differ in case alone, unlike those of users and roles.
  await done("TagMFADevice", { SerialNumber: serial, "Tags.member.1.Key": "K", "Tags.member.1.Value": "V" });
  deepEqual(elements(await done("ListMFADeviceTags", { SerialNumber: serial }), "Key"), ["K", "k"]);
  await done("UntagMFADevice", { SerialNumber: serial, "TagKeys.member.1": "K" });
  deepEqual(elements(await done("ListMFADeviceTags", { SerialNumber: serial }), "Key"), ["k"]);
});

test("a user with a device changes his devices only with one of them", async () => {
  const { call, done, code, road } = await story();
  const bob = { UserName: "Bob", SerialNumber: serial };
  await done("PutUserPolicy", { UserName: "Bob", PolicyName: "p", PolicyDocument: allow("iam:*MFADevice") });
  const created = await done("CreateAccessKey", { UserName: "Bob" });
  const keys = {
    accessKeyId: element(created, "AccessKeyId") ?? "",
    secretAccessKey: element(created, "SecretAccessKey") ?? "",
  };
  const codes = (n: number): Record<string, string> => ({
    AuthenticationCode1: code(n - 1),
    AuthenticationCode2: code(n),
  });
  await done("EnableMFADevice", { ...bob, ...codes(0) }, keys);
  const refused = [
    403,
    "AccessDenied",
    "To complete this action, please ensure that you are authenticated with an MFA device that is enabled for this user.",
  ];
  deepEqual(refusal(await call("DeactivateMFADevice", bob, keys)), refused);
  deepEqual(
    refusal(await call("DeactivateMFADevice", { ...bob, SerialNumber: `${serial}2` }, keys)),
    refused,
  );
  deepEqual(refusal(await call("EnableMFADevice", { ...bob, ...codes(2) }, keys)), refused);
  road.clock.nowMs += 10 * stepMs;
  await done("ResyncMFADevice", { ...bob, ...codes(0) }, keys);
  await done("DeactivateMFADevice", bob);
});
