import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { test } from "node:test";
import { account, element, elements, iamRoad, refusal } from "../testing.ts";
import type { IamRoad } from "../testing.ts";

/** An independent writer of the SSH form: string, mpint, mpint. */
function sshForm(key: KeyObject): string {
  const { e = "", n = "" } = key.export({ format: "jwk" });
  const sized = (bytes: Buffer): Buffer[] => {
    const size = Buffer.alloc(4);
    size.writeInt32BE(bytes.length);
    return [size, bytes];
  };
  const number = (text: string): Buffer => {
    const hex = BigInt(`0x${Buffer.from(text, "base64url").toString("hex")}`).toString(16);
    const even = hex.length % 2 ? `0${hex}` : hex;
    return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex");
  };
  const blob = Buffer.concat([...sized(Buffer.from("ssh-rsa")), ...sized(number(e)), ...sized(number(n))]);
  return `ssh-rsa ${blob.toString("base64")}`;
}

const pem = (key: KeyObject, type: "spki" | "pkcs1" = "spki"): string =>
  key.export({ type, format: "pem" }).toString();
const rsa = (modulusLength: number): KeyObject => generateKeyPairSync("rsa", { modulusLength }).publicKey;
const keyPair = rsa(2048);
const weak = rsa(1024);
const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
const edwards = generateKeyPairSync("ed25519").publicKey;

async function story(): Promise<IamRoad & { upload(body: string, user?: string): Promise<unknown> }> {
  const iam = await iamRoad();
  for (const UserName of ["Bob", "Eve"]) await iam.done("CreateUser", { UserName });
  return {
    ...iam,
    upload: async (SSHPublicKeyBody, UserName = "Bob") => {
      const answer = await iam.call("UploadSSHPublicKey", { UserName, SSHPublicKeyBody });
      return answer.status === 200 ? "uploaded" : refusal(answer);
    },
  };
}

test("a key is uploaded in either encoding and read in both", async () => {
  const { done } = await story();
  const ssh = sshForm(keyPair);
  const uploaded = await done("UploadSSHPublicKey", {
    UserName: "bob",
    SSHPublicKeyBody: `${ssh} bob@laptop`,
  });
  equal(element(uploaded, "UserName"), "Bob");
  equal(element(uploaded, "SSHPublicKeyBody"), `${ssh} bob@laptop`);
  equal(element(uploaded, "Status"), "Active");
  const SSHPublicKeyId = element(uploaded, "SSHPublicKeyId") ?? "";
  match(SSHPublicKeyId, /^APKA[A-Z2-7]{16}$/);
  const md5 = createHash("md5")
    .update(Buffer.from(ssh.slice(8), "base64"))
    .digest("hex");
  equal(element(uploaded, "Fingerprint")?.replaceAll(":", ""), md5);

  const get = async (Encoding: string): Promise<string | undefined> =>
    element(await done("GetSSHPublicKey", { UserName: "Bob", SSHPublicKeyId, Encoding }), "SSHPublicKeyBody");
  equal(await get("SSH"), ssh);
  equal(await get("PEM"), pem(keyPair));
});

test("both of PEM's forms are the same key as the SSH form, for one user", async () => {
  const { upload } = await story();
  equal(await upload(pem(keyPair)), "uploaded");
  const duplicate = [400, "DuplicateSSHPublicKey", "Duplicate SSH public key uploaded."];
  deepEqual(await upload(sshForm(keyPair)), duplicate);
  deepEqual(await upload(pem(keyPair, "pkcs1")), duplicate);
  equal(await upload(pem(keyPair, "pkcs1"), "Eve"), "uploaded");
});

test("what is no RSA key of 2048 bits is refused", async () => {
  const { upload } = await story();
  const unrecognized = [400, "UnrecognizedPublicKeyEncoding", "Invalid public key uploaded."];
  const invalid = [400, "InvalidPublicKey", "Invalid body for public key"];
  const secret = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  for (const body of [
    "not a key",
    `ssh-ed25519 ${Buffer.from("x").toString("base64")}`,
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    secret.export({ type: "pkcs8", format: "pem" }).toString(),
    `${pem(keyPair)}${pem(keyPair)}`,
  ])
    deepEqual(await upload(body), unrecognized, body.slice(0, 40));
  const blob = Buffer.from(sshForm(keyPair).slice(8), "base64");
  for (const body of [
    sshForm(weak),
    pem(weak),
    pem(elliptic),
    pem(edwards),
    "ssh-rsa AAAA",
    "ssh-rsa !!!!",
    `ssh-rsa ${blob.subarray(0, -1).toString("base64")}`,
    `ssh-rsa ${Buffer.concat([blob, Buffer.from([0, 0, 0, 0])]).toString("base64")}`,
    `ssh-rsa ${Buffer.from([0xff, 0xff, 0xff, 0xff, 1]).toString("base64")}`,
  ])
    deepEqual(await upload(body), invalid, body.slice(0, 60));
  deepEqual(await upload(pem(keyPair), "Nobody"), [
    404,
    "NoSuchEntity",
    "The user with name Nobody cannot be found.",
  ]);
});

test("five keys a user, listed oldest first and a page at a time", async () => {
  const { upload, done, call, road } = await story();
  for (let n = 0; n < 5; n++) {
    equal(await upload(pem(rsa(2048))), "uploaded");
    road.clock.nowMs += 1000;
  }
  deepEqual(await upload(pem(keyPair)), [
    409,
    "LimitExceeded",
    "Cannot exceed quota for SSHPublicKeysPerUser: 5",
  ]);
  const all = elements(await done("ListSSHPublicKeys", { UserName: "Bob" }), "SSHPublicKeyId");
  equal(all.length, 5);
  const walked: string[] = [];
  for (let Marker: string | undefined = ""; Marker !== undefined;) {
    const input: Record<string, string> = { UserName: "Bob", MaxItems: "1", ...(Marker && { Marker }) };
    const page = await done("ListSSHPublicKeys", input);
    walked.push(...elements(page, "SSHPublicKeyId"));
    Marker = element(page, "Marker");
    equal(element(page, "IsTruncated"), String(Marker !== undefined));
    if (walked.length === 1)
      deepEqual(refusal(await call("ListSSHPublicKeys", { UserName: "Eve", Marker: Marker ?? "" })), [
        400,
        "ValidationError",
        "Marker and Filter do not match",
      ]);
  }
  deepEqual(walked, all);
});

test("a key is made inactive, belongs to its user and keeps him until it is deleted", async () => {
  const { upload, done, call } = await story();
  await upload(pem(keyPair));
  const SSHPublicKeyId =
    element(await done("ListSSHPublicKeys", { UserName: "Bob" }), "SSHPublicKeyId") ?? "";
  const own = { UserName: "Bob", SSHPublicKeyId };
  await done("UpdateSSHPublicKey", { ...own, Status: "Inactive" });
  equal(element(await done("ListSSHPublicKeys", { UserName: "Bob" }), "Status"), "Inactive");
  deepEqual(refusal(await call("UpdateSSHPublicKey", { ...own, Status: "Expired" })), [
    400,
    "InvalidInput",
    "Operation does not support status Expired",
  ]);
  const others = { Encoding: "SSH", Status: "Active" };
  for (const action of ["GetSSHPublicKey", "UpdateSSHPublicKey", "DeleteSSHPublicKey"]) {
    deepEqual(refusal(await call(action, { ...own, ...others, UserName: "Eve" })), [
      404,
      "NoSuchEntity",
      `User has no Public Key with id ${SSHPublicKeyId}.`,
    ]);
    deepEqual(refusal(await call(action, { ...own, ...others, SSHPublicKeyId: `${SSHPublicKeyId}A` })), [
      404,
      "NoSuchEntity",
      `The Public Key with id ${SSHPublicKeyId}A cannot be found.`,
    ]);
    deepEqual(refusal(await call(action, { ...own, ...others, UserName: "Nobody" })), [
      404,
      "NoSuchEntity",
      "The user with name Nobody cannot be found.",
    ]);
  }
  equal(refusal(await call("GetSSHPublicKey", { ...own, Encoding: "ssh" }))[1], "ValidationError");
  deepEqual(refusal(await call("DeleteUser", { UserName: "Bob" })), [
    409,
    "DeleteConflict",
    "Cannot delete entity, must remove referenced objects first.",
  ]);
  await done("UpdateUser", { UserName: "Bob", NewUserName: "Robert" });
  equal(element(await done("ListSSHPublicKeys", { UserName: "Robert" }), "UserName"), "Robert");
  await done("DeleteSSHPublicKey", { UserName: "Robert", SSHPublicKeyId });
  await done("DeleteUser", { UserName: "Robert" });
});

test("whoever may not is refused, in AWS's words", async () => {
  const { call, road } = await story();
  const { keys } = await road.user(account, "Mal");
  const input = {
    UserName: "Bob",
    SSHPublicKeyId: "APKAAAAAAAAAAAAAAAAA",
    Encoding: "SSH",
    Status: "Active",
  };
  for (const action of [
    "UploadSSHPublicKey",
    "GetSSHPublicKey",
    "ListSSHPublicKeys",
    "UpdateSSHPublicKey",
    "DeleteSSHPublicKey",
  ])
    deepEqual(refusal(await call(action, { ...input, SSHPublicKeyBody: "x" }, keys)), [
      403,
      "AccessDenied",
      `User: arn:aws:iam::${account}:user/Mal is not authorized to perform: iam:${action} on resource: user Bob because no identity-based policy allows the iam:${action} action`,
    ]);
  const mine = refusal(await call("ListSSHPublicKeys", {}, keys))[2] ?? "";
  ok(mine.includes("on resource: user  because"), mine);
});
