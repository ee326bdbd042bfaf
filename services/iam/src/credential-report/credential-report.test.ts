import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { verifyPassword } from "@rolecall/access";
import { Secret, TOTP } from "otpauth";
import { testCertificate } from "../testing-certificates.ts";
import { account, element, iamRoad, refusal } from "../testing.ts";
import type { IamRoad } from "../testing.ts";

const header =
  "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";
const noKey = "false,N/A,N/A,N/A,N/A";
const noKeys = `${noKey},${noKey}`;
const noCertificates = "false,N/A,false,N/A";
const noPassword = "false,N/A,N/A,N/A";

/** The lines of a fresh report. */
async function report({ road, done }: IamRoad): Promise<string[]> {
  equal(element(await done("GenerateCredentialReport"), "State"), "STARTED");
  road.clock.nowMs += 1000;
  const got = await done("GetCredentialReport");
  equal(element(got, "ReportFormat"), "text/csv");
  return Buffer.from(element(got, "Content") ?? "", "base64")
    .toString()
    .split("\n");
}

test("a report is made, is good for four hours and does not change", async () => {
  const { call, done, road } = await iamRoad();
  equal(refusal(await call("GetCredentialReport"))[1], "ReportNotPresent");
  equal((await call("GetCredentialReport")).status, 410);
  equal(road.events.at(-1)?.errorCode, "CredentialReportNotPresentException");
  const started = await done("GenerateCredentialReport");
  deepEqual(
    [element(started, "State"), element(started, "Description")],
    ["STARTED", "No report exists. Starting a new report generation task"],
  );
  deepEqual(refusal(await call("GetCredentialReport")).slice(0, 2), [404, "ReportInProgress"]);
  equal(element(await done("GenerateCredentialReport"), "State"), "INPROGRESS");

  road.clock.nowMs += 1000;
  const complete = await done("GenerateCredentialReport");
  deepEqual([element(complete, "State"), element(complete, "Description")], ["COMPLETE", undefined]);
  const first = await done("GetCredentialReport");
  equal(element(first, "GeneratedTime"), "2026-09-27T12:00:00Z");
  await done("CreateUser", { UserName: "Late" });
  equal(element(await done("GetCredentialReport"), "Content"), element(first, "Content"));

  road.clock.nowMs += 4 * 60 * 60 * 1000 - 1001;
  equal(element(await done("GenerateCredentialReport"), "State"), "COMPLETE");
  road.clock.nowMs += 1;
  deepEqual(refusal(await call("GetCredentialReport")).slice(0, 2), [410, "ReportExpired"]);
  equal(element(await done("GenerateCredentialReport"), "State"), "STARTED");
  road.clock.nowMs += 1000;
  const second = await done("GetCredentialReport");
  ok(
    Buffer.from(element(second, "Content") ?? "", "base64")
      .toString()
      .includes("\nLate,"),
  );
});

test("of two that ask at once one starts the report", async () => {
  const { done } = await iamRoad();
  const states = await Promise.all([1, 2].map(() => done("GenerateCredentialReport")));
  deepEqual(states.map((body) => element(body, "State")).sort(), ["INPROGRESS", "STARTED"]);
});

test("the first line is the root user's, the others are ordered by name whatever its case", async () => {
  const iam = await iamRoad();
  for (const UserName of ["zoe", "Bob", "al,ice"]) await iam.done("CreateUser", { UserName, Path: "/t/" });
  const arn = `arn:aws:iam::${account}`;
  const made = "2026-09-27T12:00:00Z";
  const bare = `${made},${noPassword},false,${noKeys},${noCertificates}`;
  deepEqual(await report(iam), [
    header,
    `<root_account>,${arn}:root,${made},not_supported,N/A,not_supported,not_supported,false,true,${made},N/A,N/A,N/A,${noKey},${noCertificates}`,
    `"al,ice","${arn}:user/t/al,ice",${bare}`,
    `Bob,${arn}:user/t/Bob,${bare}`,
    `zoe,${arn}:user/t/zoe,${bare}`,
  ]);
});

test("passwords, MFA, keys and certificates are told as they are", async () => {
  const iam = await iamRoad();
  const { done, road } = iam;
  const bob = { UserName: "Bob" };
  await done("CreateUser", bob);
  await done("UpdateAccountPasswordPolicy", { MaxPasswordAge: "90" });
  await done("CreateLoginProfile", { ...bob, Password: "secret-1" });
  const device = await done("CreateVirtualMFADevice", { VirtualMFADeviceName: "phone" });
  const seed = Buffer.from(element(device, "Base32StringSeed") ?? "", "base64").toString();
  const code = (steps: number): string =>
    new TOTP({ secret: Secret.fromBase32(seed) }).generate({
      timestamp: road.clock.nowMs + steps * 30_000,
    });
  await done("EnableMFADevice", {
    ...bob,
    SerialNumber: element(device, "SerialNumber") ?? "",
    AuthenticationCode1: code(-1),
    AuthenticationCode2: code(0),
  });
  const keys: string[] = [];
  const certificates: string[] = [];
  for (const name of ["one", "two"]) {
    keys.push(element(await done("CreateAccessKey", bob), "AccessKeyId") ?? "");
    const { certificate } = await testCertificate(name);
    const uploaded = await done("UploadSigningCertificate", { ...bob, CertificateBody: certificate });
    certificates.push(element(uploaded, "CertificateId") ?? "");
    road.clock.nowMs += 60_000;
  }
  await done("UpdateAccessKey", { ...bob, AccessKeyId: keys[0] ?? "", Status: "Inactive" });
  await done("UpdateSigningCertificate", {
    ...bob,
    CertificateId: certificates[1] ?? "",
    Status: "Inactive",
  });
  await road.store.write(async (tx) => {
    const key = await tx.accessKeys.get(keys[1] ?? "");
    const lastUsed = { atMs: road.clock.nowMs, region: "eu-west-1", service: "s3" };
    if (key) await tx.accessKeys.put({ ...key, lastUsed });
  });
  const line = async (): Promise<string | undefined> => (await report(iam)).at(-1);
  const at = (minute: number): string => `2026-09-27T12:0${minute}:00Z`;
  const rest = `true,true,${at(1)},${at(2)},eu-west-1,s3,false,${at(0)},N/A,N/A,N/A,false,${at(1)},true,${at(0)}`;
  const who = `Bob,arn:aws:iam::${account}:user/Bob,${at(0)}`;
  equal(await line(), `${who},true,no_information,${at(0)},2026-12-26T12:00:00Z,${rest}`);

  road.clock.nowMs = Date.UTC(2026, 8, 27, 18, 0, 0);
  const given = { accountId: account, userName: "Bob", password: "secret-1" };
  equal((await verifyPassword(road.store, given, road.clock.nowMs)).outcome, "accepted");
  await done("UpdateAccountPasswordPolicy");
  equal(await line(), `${who},true,2026-09-27T18:00:00Z,${at(0)},N/A,${rest}`);

  road.clock.nowMs = Date.UTC(2026, 8, 28, 0, 0, 0);
  await done("DeleteLoginProfile", bob);
  equal(await line(), `${who},${noPassword},${rest}`);
});

test("whoever may not is refused, in AWS's words", async () => {
  const { call, road } = await iamRoad();
  const { keys } = await road.user(account, "Mal");
  for (const action of ["GenerateCredentialReport", "GetCredentialReport"])
    deepEqual(refusal(await call(action, {}, keys)), [
      403,
      "AccessDenied",
      `User: arn:aws:iam::${account}:user/Mal is not authorized to perform: iam:${action} on resource: * because no identity-based policy allows the iam:${action} action`,
    ]);
});
