import { deepEqual, equal, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { testStartMs } from "@rolecall/pipeline/testing";
import { testCertificate } from "../testing-certificates.ts";
import { account, element, elements, iamRoad, refusal } from "../testing.ts";
import type { IamRoad } from "../testing.ts";

const [one, two, three, small] = await Promise.all([
  testCertificate("one"),
  testCertificate("two"),
  testCertificate("three"),
  testCertificate("small", { rsaBits: 1024 }),
]);
const expired = await testCertificate("expired", { notAfterMs: testStartMs - 1000 });
const early = await testCertificate("early", { notBeforeMs: testStartMs + 1000 });

async function story(): Promise<IamRoad & { upload(body: string, user?: string): Promise<unknown> }> {
  const iam = await iamRoad();
  for (const UserName of ["Bob", "Eve"]) await iam.done("CreateUser", { UserName });
  return {
    ...iam,
    upload: async (CertificateBody, UserName = "Bob") => {
      const answer = await iam.call("UploadSigningCertificate", { UserName, CertificateBody });
      return answer.status === 200 ? element(answer.body, "CertificateId") : refusal(answer);
    },
  };
}

/** RFC 4648, written another way than the code under test. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{5}/g) ?? [])
    .map((five) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[Number.parseInt(five, 2)])
    .join("");
}

test("a certificate is uploaded with an id of its own, and shown as it came", async () => {
  const { done, road } = await story();
  const uploaded = await done("UploadSigningCertificate", {
    UserName: "bob",
    CertificateBody: one.certificate,
  });
  const der = Buffer.from(one.certificate.split("\n").slice(1, -2).join(""), "base64");
  equal(element(uploaded, "CertificateId"), base32(createHash("sha1").update(der).digest()));
  equal(element(uploaded, "CertificateBody"), one.certificate);
  deepEqual([element(uploaded, "UserName"), element(uploaded, "Status")], ["Bob", "Active"]);
  equal(
    element(await done("ListSigningCertificates", { UserName: "Bob" }), "CertificateBody"),
    one.certificate,
  );

  // The same again, whatever happened to it, is the one that there is.
  const id = element(uploaded, "CertificateId") ?? "";
  await done("UpdateSigningCertificate", { UserName: "Bob", CertificateId: id, Status: "Inactive" });
  road.clock.nowMs += 5000;
  const again = await done("UploadSigningCertificate", { UserName: "Bob", CertificateBody: one.certificate });
  deepEqual(
    ["CertificateId", "UploadDate", "Status"].map((name) => element(again, name)),
    [id, element(uploaded, "UploadDate"), "Inactive"],
  );
});

test("what is no certificate in force is refused, and a private key is not shown again", async () => {
  const { upload, road } = await story();
  const malformed = (body: string): unknown => [
    400,
    "MalformedCertificate",
    `Certificate ${body} is malformed.`,
  ];
  deepEqual(await upload("not a certificate"), malformed("not a certificate"));
  const damaged = one.certificate.replace(/\n.{8}/, "\nAAAAAAAA");
  deepEqual(await upload(damaged), malformed(damaged));
  deepEqual(await upload(one.certificate + two.certificate), malformed(one.certificate + two.certificate));
  deepEqual(await upload(expired.certificate), [
    400,
    "MalformedCertificate",
    `Certificate ${expired.certificate} is expired.`,
  ]);
  deepEqual(await upload(early.certificate), [
    400,
    "InvalidCertificate",
    `Certificate ${early.certificate} is not valid yet.`,
  ]);
  deepEqual(await upload(one.privateKey), [400, "MalformedCertificate", "Certificate is malformed."]);
  ok(!JSON.stringify(road.events).includes("PRIVATE KEY"));
  deepEqual(road.events.at(-1)?.requestParameters, {
    userName: "Bob",
    certificateBody: "HIDDEN_DUE_TO_SECURITY_REASONS",
  });
  deepEqual(await upload(one.certificate, "Nobody"), [
    404,
    "NoSuchEntity",
    "The user with name Nobody cannot be found.",
  ]);
});

test("two certificates a user, none of them another's", async () => {
  const { upload, done, call, road } = await story();
  for (const { certificate } of [small, two]) {
    equal(typeof (await upload(certificate)), "string");
    road.clock.nowMs += 1000;
  }
  deepEqual(await upload(three.certificate), [
    409,
    "LimitExceeded",
    "Cannot exceed quota for CertificatesPerUser: 2",
  ]);
  deepEqual(await upload(two.certificate, "Eve"), [
    409,
    "DuplicateCertificate",
    "Duplicate certificate uploaded.",
  ]);
  const first = await done("ListSigningCertificates", { UserName: "Bob", MaxItems: "1" });
  deepEqual(elements(first, "CertificateBody"), [small.certificate]);
  const Marker = element(first, "Marker") ?? "";
  const second = await done("ListSigningCertificates", { UserName: "Bob", MaxItems: "1", Marker });
  deepEqual(
    [elements(second, "CertificateBody"), element(second, "IsTruncated")],
    [[two.certificate], "false"],
  );
  equal(refusal(await call("ListSigningCertificates", { UserName: "Eve", Marker }))[1], "ValidationError");
});

test("a certificate keeps its user until it is deleted, and is nobody else's to change", async () => {
  const { upload, done, call } = await story();
  const CertificateId = String(await upload(one.certificate));
  const missing = [404, "NoSuchEntity", `The Certificate with id ${CertificateId} cannot be found.`];
  for (const action of ["UpdateSigningCertificate", "DeleteSigningCertificate"])
    deepEqual(
      refusal(await call(action, { UserName: "Eve", CertificateId, Status: "Inactive" })),
      missing,
      action,
    );
  deepEqual(
    refusal(await call("UpdateSigningCertificate", { UserName: "Bob", CertificateId, Status: "Expired" })),
    [400, "InvalidInput", "Operation does not support status Expired"],
  );
  deepEqual(refusal(await call("DeleteUser", { UserName: "Bob" })), [
    409,
    "DeleteConflict",
    "Cannot delete entity, must delete certificates first.",
  ]);
  await done("DeleteSigningCertificate", { UserName: "Bob", CertificateId });
  deepEqual(refusal(await call("DeleteSigningCertificate", { UserName: "Bob", CertificateId })), missing);
  await done("DeleteUser", { UserName: "Bob" });
});

test("the root user has certificates without a name", async () => {
  const { done, call } = await iamRoad();
  const summary = async (): Promise<string> => await done("GetAccountSummary");
  ok(/AccountSigningCertificatesPresent<\/key><value>0</.test(await summary()));
  const uploaded = await done("UploadSigningCertificate", { CertificateBody: one.certificate });
  equal(element(uploaded, "UserName"), undefined);
  ok(/AccountSigningCertificatesPresent<\/key><value>1</.test(await summary()));
  const CertificateId = element(uploaded, "CertificateId") ?? "";
  await done("UpdateSigningCertificate", { CertificateId, Status: "Inactive" });
  equal(element(await done("ListSigningCertificates"), "Status"), "Inactive");
  await done("DeleteSigningCertificate", { CertificateId });
  equal((await call("ListSigningCertificates")).status, 200);
});

test("whoever may not is refused, in AWS's words", async () => {
  const { call, road } = await story();
  const { keys } = await road.user(account, "Mal");
  const input = { CertificateId: "A".repeat(32), Status: "Active", CertificateBody: "x" };
  for (const action of ["Upload", "List", "Update", "Delete"].map(
    (verb) => `${verb}SigningCertificate${verb === "List" ? "s" : ""}`,
  ))
    for (const named of [{ UserName: "Bob" }, {}])
      deepEqual(refusal(await call(action, { ...input, ...named }, keys)), [
        403,
        "AccessDenied",
        `User: arn:aws:iam::${account}:user/Mal is not authorized to perform: iam:${action} on resource: user ${"UserName" in named ? "Bob" : ""} because no identity-based policy allows the iam:${action} action`,
      ]);
});
