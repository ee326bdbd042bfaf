import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { test } from "node:test";
import { openSecret } from "@rolecall/credentials";
import { allowing, testStartMs } from "@rolecall/pipeline/testing";
import { testCertificate } from "../testing-certificates.ts";
import type { TestCertificate } from "../testing-certificates.ts";
import { account, element, elements, iamRoad, refusal } from "../testing.ts";
import type { IamRoad } from "../testing.ts";

const root = await testCertificate("root");
const middle = await testCertificate("middle", { issuer: root, rsaBits: 2048 });
const leaf = await testCertificate("leaf", { issuer: middle });
const expired = await testCertificate("expired", { notAfterMs: testStartMs - 1000 });
const early = await testCertificate("early", { notBeforeMs: testStartMs + 1000 });

const upload = (
  name: string,
  { certificate, privateKey }: TestCertificate,
  more: Record<string, string> = {},
): Record<string, string> => ({
  ServerCertificateName: name,
  CertificateBody: certificate,
  PrivateKey: privateKey,
  ...more,
});

const story: () => Promise<IamRoad> = iamRoad;
const arn = (resource: string): string => `arn:aws:iam::${account}:server-certificate${resource}`;

test("a certificate is uploaded with its key, and read back without it", async () => {
  const { done, call, road } = await story();
  const uploaded = await done(
    "UploadServerCertificate",
    upload("Web", leaf, {
      Path: "/cloudfront/",
      CertificateChain: middle.certificate + root.certificate,
      "Tags.member.1.Key": "team",
      "Tags.member.1.Value": "two",
      "Tags.member.2.Key": "Team",
      "Tags.member.2.Value": "one",
    }),
  );
  match(element(uploaded, "ServerCertificateId") ?? "", /^ASCA[A-Z2-7]{17}$/);
  equal(element(uploaded, "Arn"), arn("/cloudfront/Web"));
  equal(element(uploaded, "UploadDate"), "2026-09-27T12:00:00Z");
  equal(element(uploaded, "Expiration"), "2027-09-27T12:00:00Z");
  deepEqual(elements(uploaded, "Key"), ["team", "Team"]);

  const got = await done("GetServerCertificate", { ServerCertificateName: "WEB" });
  equal(element(got, "ServerCertificateName"), "Web");
  equal(element(got, "CertificateBody"), leaf.certificate.trim());
  equal(element(got, "CertificateChain"), (middle.certificate + root.certificate).trim());
  ok(!got.includes("PRIVATE KEY"));

  deepEqual(refusal(await call("UploadServerCertificate", upload("WEB", root))), [
    409,
    "EntityAlreadyExists",
    "The Server Certificate with name WEB already exists.",
  ]);
  // The key is kept, sealed for this certificate alone.
  const [stored] = await road.store.read((tx) => tx.serverCertificates.list([account], { limit: 9 }));
  ok(stored);
  const opened = openSecret(road.masterKey, stored.serverCertificateId, stored.sealedPrivateKey);
  equal(opened?.reveal(), leaf.privateKey.trim());
  const told = JSON.stringify([road.events, stored]);
  ok(!told.includes("PRIVATE KEY") && !told.includes(leaf.privateKey.slice(40, 80)));
});

test("certificate, key and chain must belong together", async () => {
  const { call } = await story();
  const malformed = (sentence: string): unknown => [400, "MalformedCertificate", sentence];
  const attempt = async (input: Record<string, string>): Promise<unknown> =>
    refusal(await call("UploadServerCertificate", input));
  const chainSentence = (index: number): unknown =>
    malformed(
      `Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, followed by any intermediaries in order. The index within the chain of the invalid certificate is: ${index}`,
    );
  deepEqual(
    await attempt(upload("x", { ...leaf, certificate: "not a certificate" })),
    malformed("Unable to parse certificate. Please ensure the certificate is in PEM format."),
  );
  deepEqual(
    await attempt(upload("x", expired)),
    malformed(
      "Certificate is no longer valid. The 'Not After' date restriction on the certificate has passed.",
    ),
  );
  equal(((await attempt(upload("x", early))) as unknown[])[1], "MalformedCertificate");
  deepEqual(await attempt(upload("x", { ...leaf, privateKey: root.privateKey })), [
    400,
    "KeyPairMismatch",
    "The private key did not match the public key provided. Please verify the key material and try again.",
  ]);
  const encrypted = createPrivateKey(leaf.privateKey)
    .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" })
    .toString();
  for (const privateKey of ["not a key", encrypted, leaf.certificate])
    deepEqual(
      await attempt(upload("x", { ...leaf, privateKey })),
      malformed(
        "Unable to parse private key. Please ensure the private key is an unencrypted RSA or EC key in PEM format.",
      ),
    );
  const chained = (CertificateChain: string): Promise<unknown> =>
    attempt(upload("x", leaf, { CertificateChain }));
  equal(((await chained("not a chain")) as unknown[])[1], "MalformedCertificate");
  deepEqual(await chained(expired.certificate), chainSentence(-1));
  deepEqual(await chained(leaf.certificate + middle.certificate), chainSentence(1));
  deepEqual(await chained(root.certificate + middle.certificate), chainSentence(1));
  deepEqual(await chained(middle.certificate + expired.certificate), chainSentence(-1));
});

test("a chain may be missing, short, or repeat its root", async () => {
  const { done } = await story();
  await done("UploadServerCertificate", upload("none", leaf));
  await done("UploadServerCertificate", upload("short", leaf, { CertificateChain: middle.certificate }));
  const twice = middle.certificate + root.certificate + root.certificate;
  await done("UploadServerCertificate", upload("twice", leaf, { CertificateChain: twice }));
  await done("UploadServerCertificate", upload("rsa", middle));
  deepEqual(elements(await done("ListServerCertificates"), "ServerCertificateName"), [
    "none",
    "rsa",
    "short",
    "twice",
  ]);
});

test("certificates are listed by path, a page at a time, up to twenty", async () => {
  const { done, call } = await story();
  for (let n = 0; n < 20; n++)
    await done(
      "UploadServerCertificate",
      upload(`c${String(n).padStart(2, "0")}`, root, { Path: n < 3 ? "/a/" : "/b/" }),
    );
  deepEqual(refusal(await call("UploadServerCertificate", upload("more", root))), [
    409,
    "LimitExceeded",
    "Cannot exceed quota for ServerCertificatesPerAccount: 20",
  ]);
  const walked: string[] = [];
  for (let Marker: string | undefined = ""; Marker !== undefined;) {
    const input: Record<string, string> = { PathPrefix: "/a", MaxItems: "1", ...(Marker && { Marker }) };
    const page = await done("ListServerCertificates", input);
    walked.push(...elements(page, "ServerCertificateName"));
    Marker = element(page, "Marker");
    if (Marker !== undefined)
      equal(
        refusal(await call("ListServerCertificates", { PathPrefix: "/b", Marker }))[1],
        "ValidationError",
      );
  }
  deepEqual(walked, ["c00", "c01", "c02"]);
});

test("a certificate is renamed and moved with all it has, and deleted", async () => {
  const { done, call } = await story();
  const tag = { "Tags.member.1.Key": "k", "Tags.member.1.Value": "v" };
  const id = element(await done("UploadServerCertificate", upload("Old", leaf, tag)), "ServerCertificateId");
  await done("UploadServerCertificate", upload("other", root));
  await done("UpdateServerCertificate", { ServerCertificateName: "old" });
  const change = { ServerCertificateName: "old", NewServerCertificateName: "New", NewPath: "/x/" };
  await done("UpdateServerCertificate", change);
  const got = await done("GetServerCertificate", { ServerCertificateName: "new" });
  deepEqual(
    [element(got, "ServerCertificateId"), element(got, "Arn"), element(got, "Key")],
    [id, arn("/x/New"), "k"],
  );
  deepEqual(
    refusal(
      await call("UpdateServerCertificate", {
        ServerCertificateName: "New",
        NewServerCertificateName: "OTHER",
      }),
    ),
    [409, "EntityAlreadyExists", "The Server Certificate with name OTHER already exists."],
  );
  const missing = [404, "NoSuchEntity", "The Server Certificate with name Old cannot be found."];
  const old = { ServerCertificateName: "Old", "TagKeys.member.1": "k", ...tag };
  for (const action of ["Get", "Update", "Delete", "Tag", "Untag"])
    deepEqual(refusal(await call(`${action}ServerCertificate`, old)), missing, action);
  deepEqual(refusal(await call("ListServerCertificateTags", old)), missing);
  await done("DeleteServerCertificate", { ServerCertificateName: "New" });
  equal(refusal(await call("GetServerCertificate", { ServerCertificateName: "New" }))[1], "NoSuchEntity");
});

test("tags are added, replaced, listed and removed, keys exactly as spelt", async () => {
  const { done, call } = await story();
  await done("UploadServerCertificate", upload("Web", leaf));
  const web = { ServerCertificateName: "Web" };
  const tags = (...pairs: [string, string][]): Record<string, string> =>
    Object.fromEntries(
      pairs.flatMap(([key, value], n) => [
        [`Tags.member.${n + 1}.Key`, key],
        [`Tags.member.${n + 1}.Value`, value],
      ]),
    );
  await done("TagServerCertificate", { ...web, ...tags(["Team", "1"], ["team", "2"]) });
  await done("TagServerCertificate", { ...web, ...tags(["Team", "3"]) });
  const first = await done("ListServerCertificateTags", { ...web, MaxItems: "1" });
  deepEqual([elements(first, "Key"), elements(first, "Value")], [["Team"], ["3"]]);
  const Marker = element(first, "Marker") ?? "";
  deepEqual(elements(await done("ListServerCertificateTags", { ...web, Marker }), "Key"), ["team"]);
  equal(refusal(await call("ListServerCertificateTags", { ...web, Marker: "AAAA" }))[1], "ValidationError");
  deepEqual(refusal(await call("TagServerCertificate", { ...web, Tags: "" })), [
    400,
    "InvalidInput",
    "The provided tag map must not be null/empty.",
  ]);
  deepEqual(refusal(await call("UntagServerCertificate", { ...web, TagKeys: "" })), [
    400,
    "InvalidInput",
    "The provided tag keys must not be null/empty.",
  ]);
  deepEqual(refusal(await call("TagServerCertificate", { ...web, ...tags(["aws:x", "1"]) })), [
    400,
    "InvalidInput",
    "Tag keys beginning with aws: are reserved for system use.",
  ]);
  equal(
    refusal(await call("TagServerCertificate", { ...web, ...tags(["a", "1"], ["a", "2"]) }))[1],
    "InvalidInput",
  );
  const fifty = Array.from({ length: 49 }, (_, n): [string, string] => [`k${n}`, ""]);
  deepEqual(refusal(await call("TagServerCertificate", { ...web, ...tags(...fifty) })), [
    409,
    "LimitExceeded",
    "The number of tags has reached the maximum limit.",
  ]);
  await done("UntagServerCertificate", { ...web, "TagKeys.member.1": "Team" });
  deepEqual(elements(await done("ListServerCertificateTags", web), "Key"), ["team"]);
});

test("whoever may not is refused, in AWS's words; a path and a tag can give leave", async () => {
  const { call, done, road } = await story();
  await done("UploadServerCertificate", upload("Web", leaf, { Path: "/cloudfront/" }));
  const { keys } = await road.user(account, "Mal");
  const refused = async (action: string, resource: string, input: Record<string, string>): Promise<void> =>
    deepEqual(refusal(await call(action, input, keys)), [
      403,
      "AccessDenied",
      `User: arn:aws:iam::${account}:user/Mal is not authorized to perform: iam:${action} on resource: ${resource} because no identity-based policy allows the iam:${action} action`,
    ]);
  const web = { ServerCertificateName: "Web", "TagKeys.member.1": "k" };
  const tag = { "Tags.member.1.Key": "k", "Tags.member.1.Value": "v" };
  await refused("UploadServerCertificate", arn("/p/New"), upload("New", leaf, { Path: "/p/" }));
  await refused("ListServerCertificates", arn("/cloudfront/"), { PathPrefix: "/cloudfront/" });
  await refused("ListServerCertificates", arn("/"), {});
  for (const action of ["Get", "Delete", "Update", "Tag", "Untag"])
    await refused(`${action}ServerCertificate`, "server certificate Web", { ...web, ...tag });
  await refused("ListServerCertificateTags", "server certificate Web", web);

  const { keys: mover } = await road.user(account, "Ann", {
    inlinePolicies: [allowing("iam:UpdateServerCertificate", arn("/cloudfront/*"))],
  });
  const move = { ServerCertificateName: "Web", NewPath: "/elsewhere/" };
  const answer = refusal(await call("UpdateServerCertificate", move, mover));
  ok(answer[2]?.includes(`on resource: ${arn("/elsewhere/Web")} because`), answer[2]);

  const { keys: uploader } = await road.user(account, "Una", {
    inlinePolicies: [allowing("iam:UploadServerCertificate")],
  });
  equal((await call("UploadServerCertificate", upload("plain", root), uploader)).status, 200);
  const tagging = refusal(await call("UploadServerCertificate", upload("tagged", root, tag), uploader));
  ok(tagging[2]?.includes("iam:TagServerCertificate"), tagging[2]);
});
