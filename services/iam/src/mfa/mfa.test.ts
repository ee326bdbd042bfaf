import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { acceptTotpCode, Secret as SealedSecret } from "@rolecall/credentials";
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
  const again = (first: number, second: number): ReturnType<typeof call> =>
    call("EnableMFADevice", {
      UserName: "Bob",
      SerialNumber: serial,
      AuthenticationCode1: code(first),
      AuthenticationCode2: code(second),
    });
  equal(refusal(await again(-1, 0))[1], "InvalidAuthenticationCode");
  equal((await again(1, 2)).status, 200);
  await done("DeactivateMFADevice", { UserName: "Bob", SerialNumber: serial });
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

test("the codes of a pair are used up: they sign nobody in", async () => {
  const { done, code, seed, road } = await story();
  const both = (first: number, second: number): Record<string, string> => ({
    UserName: "Bob",
    SerialNumber: serial,
    AuthenticationCode1: code(first),
    AuthenticationCode2: code(second),
  });
  const isGood = async (steps: number): Promise<boolean> => {
    const device = await road.store.read((tx) => tx.mfaDevices.get(account, serial));
    const use = { drift: device?.assigned?.drift ?? 0, usedSteps: device?.usedSteps ?? [] };
    return acceptTotpCode(new SealedSecret(seed), code(steps), use, road.clock.nowMs) !== undefined;
  };
  await done("EnableMFADevice", both(-1, 0));
  deepEqual([await isGood(-1), await isGood(0), await isGood(1)], [false, false, true]);
  await done("ResyncMFADevice", both(1, 2));
  deepEqual([await isGood(1), await isGood(2), await isGood(3)], [false, false, true]);
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

/** Makes a device and gives it to a user. */
async function enable({ done, road }: IamRoad, name: string, UserName: string): Promise<void> {
  const made = await done("CreateVirtualMFADevice", { VirtualMFADeviceName: name });
  const seed = Buffer.from(element(made, "Base32StringSeed") ?? "", "base64").toString();
  const code = (steps: number): string =>
    new TOTP({ secret: Secret.fromBase32(seed) }).generate({ timestamp: road.clock.nowMs + steps * stepMs });
  await done("EnableMFADevice", {
    UserName,
    SerialNumber: element(made, "SerialNumber") ?? "",
    AuthenticationCode1: code(-1),
    AuthenticationCode2: code(0),
  });
}

test("eight devices a user, listed a page at a time", async () => {
  const iam = await story();
  const { call, done, code } = iam;
  for (let n = 0; n < 8; n++) await enable(iam, `d${n}`, "Bob");
  deepEqual(
    refusal(
      await call("EnableMFADevice", {
        UserName: "Bob",
        SerialNumber: serial,
        AuthenticationCode1: code(-1),
        AuthenticationCode2: code(0),
      }),
    ),
    [409, "LimitExceeded", "Cannot exceed quota for MFADevicesPerUser: 8"],
  );
  await done("CreateUser", { UserName: "Eve" });
  const walk = async (action: string, input: Record<string, string>, foreign: object): Promise<string[]> => {
    const walked: string[] = [];
    for (let Marker: string | undefined = ""; Marker !== undefined;) {
      const page = await done(action, { ...input, MaxItems: "1", ...(Marker && { Marker }) });
      walked.push(...elements(page, "SerialNumber"));
      Marker = element(page, "Marker");
      if (Marker !== undefined)
        equal(refusal(await call(action, { ...input, ...foreign, Marker }))[1], "ValidationError");
    }
    return walked;
  };
  const own = await walk("ListMFADevices", { UserName: "Bob" }, { UserName: "Eve" });
  equal(new Set(own).size, 8);
  const assigned = { AssignmentStatus: "Assigned" };
  deepEqual((await walk("ListVirtualMFADevices", assigned, { AssignmentStatus: "Any" })).sort(), own.sort());
  deepEqual(await walk("ListVirtualMFADevices", { AssignmentStatus: "Unassigned" }, assigned), [serial]);
});

test("whoever may not is refused, in AWS's words", async () => {
  const { call, road } = await story();
  const { keys } = await road.user(account, "Mal");
  const refused = async (action: string, resource: string, input: Record<string, string>): Promise<void> =>
    deepEqual(
      refusal(await call(action, input, keys)),
      [
        403,
        "AccessDenied",
        `User: arn:aws:iam::${account}:user/Mal is not authorized to perform: iam:${action} on resource: ${resource} because no identity-based policy allows the iam:${action} action`,
      ],
      action,
    );
  const input = {
    UserName: "Bob",
    SerialNumber: serial,
    AuthenticationCode1: "000000",
    AuthenticationCode2: "000001",
    "Tags.member.1.Key": "k",
    "Tags.member.1.Value": "v",
    "TagKeys.member.1": "k",
  };
  for (const action of ["EnableMFADevice", "DeactivateMFADevice", "ResyncMFADevice"])
    await refused(action, "user Bob", input);
  for (const action of ["ListMFADevices", "GetMFADevice"]) await refused(action, "user Bob", input);
  for (const action of ["DeleteVirtualMFADevice", "TagMFADevice", "UntagMFADevice", "ListMFADeviceTags"])
    await refused(action, serial, input);
  await refused("ListVirtualMFADevices", `arn:aws:iam::${account}:mfa/`, {});
  await refused("CreateVirtualMFADevice", `arn:aws:iam::${account}:mfa/p/x`, {
    VirtualMFADeviceName: "x",
    Path: "/p/",
  });
});

test("what is not there is not found, in AWS's words", async () => {
  const { call } = await story();
  const missing = `${serial}2`;
  const codes = { AuthenticationCode1: "000000", AuthenticationCode2: "000001" };
  const input = { UserName: "Bob", SerialNumber: missing, ...codes };
  const noDevice = [404, "NoSuchEntity", `VirtualMFADevice with serial number ${missing} doesn't exist.`];
  const notOwn = [404, "NoSuchEntity", "MFA Device invalid for user."];
  for (const action of ["EnableMFADevice", "DeleteVirtualMFADevice", "ListMFADeviceTags"])
    deepEqual(refusal(await call(action, input)), noDevice, action);
  for (const action of ["ResyncMFADevice", "DeactivateMFADevice"]) {
    deepEqual(refusal(await call(action, input)), notOwn, action);
    deepEqual(refusal(await call(action, { ...input, SerialNumber: serial })), notOwn, action);
  }
  for (const action of ["EnableMFADevice", "ResyncMFADevice", "DeactivateMFADevice", "ListMFADevices"])
    deepEqual(refusal(await call(action, { ...input, UserName: "Nobody" })), [
      404,
      "NoSuchEntity",
      "The user with name Nobody cannot be found.",
    ]);
});
