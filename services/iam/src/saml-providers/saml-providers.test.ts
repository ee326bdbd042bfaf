import { deepEqual, equal, match, ok } from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { openSecret } from "@rolecall/credentials";
import { sampleCertificates, sampleMetadata } from "@rolecall/federation/testing";
import { allowing, testStartMs } from "@rolecall/pipeline/testing";
import { account, element, elements, iamRoad, refusal, trust } from "../testing.ts";

const arn = (name: string): string => `arn:aws:iam::${account}:saml-provider/${name}`;
const metadata = sampleMetadata();
const pem = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
}).privateKey;

/** The text of an element, with XML's references resolved as an XML parser does. */
const xmlText = (body: string, name: string): string =>
  (element(body, name) ?? "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#13;", "\r")
    .replaceAll("&amp;", "&");

const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

test("a provider is made, read back identically, changed and deleted", async () => {
  const { call, done, road } = await iamRoad();
  const made = await done("CreateSAMLProvider", {
    Name: "Okta",
    SAMLMetadataDocument: metadata,
    "Tags.member.1.Key": "team",
    "Tags.member.1.Value": "a",
    "Tags.member.2.Key": "Env",
    "Tags.member.2.Value": "",
  });
  equal(element(made, "SAMLProviderArn"), arn("Okta"));
  deepEqual(elements(made, "Key"), ["team", "Env"], "as they were sent");
  const got = await done("GetSAMLProvider", { SAMLProviderArn: arn("Okta") });
  equal(xmlText(got, "SAMLMetadataDocument"), metadata);
  match(element(got, "SAMLProviderUUID") ?? "", /^SAML[A-Z2-7]{18}$/);
  equal(element(got, "CreateDate"), isoSeconds(testStartMs));
  // A hundred years, whatever the document says.
  equal(element(got, "ValidUntil"), isoSeconds(testStartMs).replace("2026", "2126"));
  equal(element(got, "AssertionEncryptionMode"), "Allowed");
  equal(element(got, "PrivateKeyList"), "");
  deepEqual(elements(got, "Key"), ["Env", "team"]);

  const listed = await done("ListSAMLProviders");
  deepEqual(elements(listed, "Arn"), [arn("Okta")]);
  equal(element(listed, "ValidUntil"), element(got, "ValidUntil"));
  ok(!listed.includes("EntityDescriptor"));

  road.clock.nowMs += 60_000;
  const newer = sampleMetadata({ rootAttributes: 'validUntil="2031-05-06T07:08:09Z"' });
  const updated = await done("UpdateSAMLProvider", {
    SAMLProviderArn: arn("Okta"),
    SAMLMetadataDocument: newer,
  });
  equal(element(updated, "SAMLProviderArn"), arn("Okta"));
  const again = await done("GetSAMLProvider", { SAMLProviderArn: arn("Okta") });
  equal(xmlText(again, "SAMLMetadataDocument"), newer);
  equal(element(again, "ValidUntil"), isoSeconds(testStartMs + 60_000).replace("2026", "2126"));
  equal(element(again, "CreateDate"), element(got, "CreateDate"));
  equal(element(again, "SAMLProviderUUID"), element(got, "SAMLProviderUUID"));

  await done("DeleteSAMLProvider", { SAMLProviderArn: arn("Okta") });
  const gone = [404, "NoSuchEntity", `Manifest not found for arn ${arn("Okta")}`];
  for (const action of ["GetSAMLProvider", "DeleteSAMLProvider", "ListSAMLProviderTags"])
    deepEqual(refusal(await call(action, { SAMLProviderArn: arn("Okta") })), gone, action);
  deepEqual(elements(await done("ListSAMLProviders"), "Arn"), []);
  equal(await road.store.read((tx) => tx.samlMetadataDocuments.count([])), 0);
});

test("the document comes back byte for byte", async () => {
  const { done } = await iamRoad();
  const odd = sampleMetadata({
    prologue: "<?xml version='1.0'?>\r\n<!-- \t 'quoted' \"too\" -->\r\n",
    filler: "Übung\u{1F600}\u00a0 &amp; S\u0151hne\t\r\n%20+",
  });
  await done("CreateSAMLProvider", { Name: "odd", SAMLMetadataDocument: odd });
  const got = await done("GetSAMLProvider", { SAMLProviderArn: arn("odd") });
  equal(xmlText(got, "SAMLMetadataDocument"), odd);
  ok(!got.includes("\r"), "a parser would turn a bare carriage return into a line feed");
});

test("what is no metadata is refused, and nothing is kept", async () => {
  const { call, done } = await iamRoad();
  const refused = async (SAMLMetadataDocument: string): Promise<unknown> =>
    refusal(await call("CreateSAMLProvider", { Name: "p", SAMLMetadataDocument }));
  const unparsed = (why: string): unknown => [400, "InvalidInput", `Could not parse metadata: ${why}.`];
  deepEqual(await refused("x".repeat(1000)), unparsed("it is not well-formed XML"));
  deepEqual(
    await refused(metadata.replace("<md:", "<!DOCTYPE x [<!ENTITY y 'z'>]><md:")),
    unparsed("it has a DOCTYPE or another declaration"),
  );
  deepEqual(
    await refused(sampleMetadata({ filler: "&lol9;" })),
    unparsed("it has a reference to an entity that XML does not define"),
  );
  deepEqual(
    await refused(sampleMetadata({ filler: "<a>".repeat(100_000) })),
    unparsed("its elements are nested more than 40 deep"),
  );
  deepEqual(await refused(`\uFEFF${metadata}`), unparsed("it begins with a byte order mark"));
  deepEqual(await refused(metadata.replace("UTF-8", "UTF-16")), unparsed("its encoding is not UTF-8"));
  deepEqual(
    await refused(sampleMetadata({ certificates: [sampleCertificates.rsa512] })),
    unparsed("a certificate's key is neither EC nor RSA of 1024 bits or more"),
  );
  equal(((await refused("<a/>")) as string[])[1], "ValidationError");
  equal(
    refusal(await call("CreateSAMLProvider", { Name: "a b", SAMLMetadataDocument: metadata }))[1],
    "ValidationError",
  );
  const tags = {
    "Tags.member.1.Key": "a",
    "Tags.member.1.Value": "",
    "Tags.member.2.Key": "a",
    "Tags.member.2.Value": "",
  };
  deepEqual(
    refusal(await call("CreateSAMLProvider", { Name: "p", SAMLMetadataDocument: metadata, ...tags })),
    [400, "InvalidInput", "Duplicate tag keys found."],
  );
  deepEqual(elements(await done("ListSAMLProviders"), "Arn"), []);

  await done("CreateSAMLProvider", { Name: "p", SAMLMetadataDocument: metadata });
  const update = await call("UpdateSAMLProvider", {
    SAMLProviderArn: arn("p"),
    SAMLMetadataDocument: "x".repeat(1000),
    AssertionEncryptionMode: "Allowed",
  });
  deepEqual(refusal(update), unparsed("it is not well-formed XML"));
  const got = await done("GetSAMLProvider", { SAMLProviderArn: arn("p") });
  equal(xmlText(got, "SAMLMetadataDocument"), metadata);
  equal(element(got, "AssertionEncryptionMode"), "Allowed");
});

test("names are unique in any case; an ARN finds in any case and must be one of a SAML provider", async () => {
  const { call, done } = await iamRoad();
  await done("CreateSAMLProvider", { Name: "Okta", SAMLMetadataDocument: metadata });
  deepEqual(refusal(await call("CreateSAMLProvider", { Name: "OKTA", SAMLMetadataDocument: metadata })), [
    409,
    "EntityAlreadyExists",
    "SAMLProvider with name OKTA already exists.",
  ]);
  await done("GetSAMLProvider", { SAMLProviderArn: arn("okta") });
  const refused = async (SAMLProviderArn: string): Promise<unknown[]> =>
    refusal(await call("GetSAMLProvider", { SAMLProviderArn }));
  for (const [sent, message] of [
    ["not-an-arn-but-long-enough", "Invalid ARN:  Could not be parsed!"],
    [`arn:aws:sts::${account}:saml-provider/Okta`, "Invalid service in ARN"],
    [`arn:aws:iam::${account}:role/Okta`, "Invalid resource type in ARN"],
    [`arn:aws:iam::${account}:oidc-provider/Okta`, "Invalid resource type in ARN"],
    [`arn:aws:iam::${account}:saml-provider/`, "Invalid ARN"],
  ] as const)
    deepEqual(await refused(sent), [400, "ValidationError", message], sent);
  equal((await refused("arn:aws:iam::444455556666:saml-provider/Okta"))[1], "AccessDenied");
});

test("quotas: providers of an account, identity providers and keys of a document", async () => {
  const { call, done, road } = await iamRoad();
  await road.store.write(async (tx) => {
    for (let n = 0; n < 99; n++)
      await tx.samlProviders.insert({
        accountId: account,
        name: `p${n}`,
        uuid: `SAML${n}`,
        createdAtMs: 0,
        validUntilMs: 0,
        tags: [],
        privateKeys: [],
      });
  });
  await done("CreateSAMLProvider", { Name: "last", SAMLMetadataDocument: metadata });
  deepEqual(refusal(await call("CreateSAMLProvider", { Name: "more", SAMLMetadataDocument: metadata })), [
    409,
    "LimitExceeded",
    "Cannot exceed quota for SAMLProvidersPerAccount: 100",
  ]);
  equal(elements(await done("ListSAMLProviders"), "Arn").length, 100);
  equal(await road.store.read((tx) => tx.samlMetadataDocuments.count([account])), 1);
  const many = Array.from({ length: 11 }, (_, n) => sampleMetadata({ entityId: `idp${n}`, prologue: "" }));
  deepEqual(
    refusal(
      await call("UpdateSAMLProvider", {
        SAMLProviderArn: arn("last"),
        SAMLMetadataDocument: `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${many.join("")}</EntitiesDescriptor>`,
      }),
    ),
    [409, "LimitExceeded", "Cannot exceed quota for IdentityProvidersPerSAMLProvider: 10"],
  );
  const summary = await done("GetAccountSummary");
  match(summary, /<key>Providers<\/key><value>100<\/value>/);
});

test("private keys are sealed, named, and exchanged one by one", async () => {
  const { call, done, road } = await iamRoad();
  const required = { Name: "p", SAMLMetadataDocument: metadata, AssertionEncryptionMode: "Required" };
  deepEqual(refusal(await call("CreateSAMLProvider", required)), [
    400,
    "ValidationError",
    "Unable to set assertion encryption mode to Required because no private key is provided.",
  ]);
  equal(
    refusal(await call("CreateSAMLProvider", { ...required, AddPrivateKey: "nonsense" }))[1],
    "InvalidInput",
  );
  await done("CreateSAMLProvider", { ...required, AddPrivateKey: pem });
  const read = (): Promise<string> => done("GetSAMLProvider", { SAMLProviderArn: arn("p") });
  const update = (input: Record<string, string>): ReturnType<typeof call> =>
    call("UpdateSAMLProvider", { SAMLProviderArn: arn("p"), ...input });
  const got = await read();
  equal(element(got, "AssertionEncryptionMode"), "Required");
  const [first = ""] = elements(got, "KeyId");
  match(first, /^[A-Z0-9]{22,64}$/);
  equal(element(got, "Timestamp"), isoSeconds(testStartMs));

  road.clock.nowMs += 1000;
  equal((await update({ AddPrivateKey: pem })).status, 200);
  deepEqual(refusal(await update({ AddPrivateKey: pem })), [
    409,
    "LimitExceeded",
    "Private key limit of 2 is reached.",
  ]);
  deepEqual(refusal(await update({})), [
    400,
    "ValidationError",
    "Unable to update identity provider. No updates are defined for metadata or encryption assertion.",
  ]);
  deepEqual(refusal(await update({ AddPrivateKey: pem, RemovePrivateKey: first })), [
    400,
    "ValidationError",
    "Unable to add and remove private keys in the same request. Set a value for only one of the two parameters.",
  ]);
  const notRemoved = [400, "InvalidInput", "Failed to remove private key."];
  deepEqual(refusal(await update({ RemovePrivateKey: "A".repeat(22) })), notRemoved);
  equal(refusal(await update({ RemovePrivateKey: "short" }))[1], "ValidationError");
  equal(refusal(await update({ AssertionEncryptionMode: "Sometimes" }))[1], "ValidationError");
  equal((await update({ RemovePrivateKey: first })).status, 200);
  const [second = "", ...others] = elements(await read(), "KeyId");
  ok(second !== "" && second !== first && others.length === 0);
  deepEqual(refusal(await update({ RemovePrivateKey: second })), notRemoved, "it is required");
  equal((await update({ AssertionEncryptionMode: "Allowed", RemovePrivateKey: second })).status, 200);
  equal(element(await read(), "PrivateKeyList"), "");
  equal(element(await read(), "AssertionEncryptionMode"), "Allowed");
  deepEqual(refusal(await update({ AssertionEncryptionMode: "Required" })), [
    400,
    "InvalidInput",
    "Failed to set assertion encryption mode to Required because no private key is present.",
  ]);

  equal((await update({ AddPrivateKey: pem })).status, 200);
  const stored = await road.store.read((tx) => tx.samlProviders.get(account, "p"));
  const key = stored?.privateKeys[0];
  ok(stored && key);
  const label = `${stored.uuid}/${key.keyId}`;
  equal(openSecret(road.masterKey, label, key.sealedKey)?.reveal(), pem);
  const seen = JSON.stringify([stored, road.events, await read()]);
  ok(!seen.includes("PRIVATE KEY") && !seen.includes(pem.slice(100, 140)));
});

test("tags are the provider's own, sorted, in pages, keys exactly as spelt", async () => {
  const { call, done } = await iamRoad();
  const made = await done("CreateSAMLProvider", {
    Name: "p",
    SAMLMetadataDocument: metadata,
    "Tags.member.1.Key": "c",
    "Tags.member.1.Value": "1",
    "Tags.member.2.Key": "C",
    "Tags.member.2.Value": "2",
  });
  deepEqual(elements(made, "Key"), ["c", "C"]);
  const on = { SAMLProviderArn: arn("p") };
  await done("UntagSAMLProvider", { ...on, "TagKeys.member.1": "c", "TagKeys.member.2": "C" });
  await done("TagSAMLProvider", {
    ...on,
    "Tags.member.1.Key": "b",
    "Tags.member.1.Value": "1",
    "Tags.member.2.Key": "A",
    "Tags.member.2.Value": "2",
  });
  const page = await done("ListSAMLProviderTags", { ...on, MaxItems: "1" });
  deepEqual(elements(page, "Key"), ["A"]);
  const rest = await done("ListSAMLProviderTags", { ...on, Marker: element(page, "Marker") ?? "" });
  deepEqual(elements(rest, "Key"), ["b"]);
  equal(element(rest, "IsTruncated"), "false");
  await done("UntagSAMLProvider", { ...on, "TagKeys.member.1": "B", "TagKeys.member.2": "none" });
  deepEqual(elements(await done("GetSAMLProvider", on), "Key"), ["A", "b"]);
  await done("UntagSAMLProvider", { ...on, "TagKeys.member.1": "b" });
  deepEqual(elements(await done("ListSAMLProviderTags", on), "Key"), ["A"]);
  equal(refusal(await call("TagSAMLProvider", { ...on, Tags: "" }))[1], "InvalidInput");
  const fifty = Object.fromEntries(
    Array.from({ length: 50 }, (_, n) => [
      [`Tags.member.${n + 1}.Key`, `k${n}`],
      [`Tags.member.${n + 1}.Value`, ""],
    ]).flat(),
  ) as Record<string, string>;
  equal(refusal(await call("TagSAMLProvider", { ...on, ...fifty }))[1], "LimitExceeded");
});

test("who may do what is decided on the provider's ARN and tags", async () => {
  const { call, done, road } = await iamRoad();
  for (const name of ["Mine", "Theirs"])
    await done("CreateSAMLProvider", {
      Name: name,
      SAMLMetadataDocument: metadata,
      "Tags.member.1.Key": "owner",
      "Tags.member.1.Value": name,
    });
  const { keys } = await road.user(account, "ana", {
    inlinePolicies: [
      allowing("iam:*SAMLProvider*", "*", {
        Condition: { StringEquals: { "aws:ResourceTag/owner": "Mine" } },
      }),
      { ...allowing("iam:CreateSAMLProvider", arn("New")), name: "create" },
    ],
  });
  const denied = (action: string, resource: string): unknown => [
    403,
    "AccessDenied",
    `User: arn:aws:iam::${account}:user/ana is not authorized to perform: iam:${action} on resource: ${resource} because no identity-based policy allows the iam:${action} action`,
  ];
  await done("GetSAMLProvider", { SAMLProviderArn: arn("mine") }, keys);
  const theirs = { SAMLProviderArn: arn("Theirs") };
  const inputs: Record<string, Record<string, string>> = {
    GetSAMLProvider: theirs,
    UpdateSAMLProvider: { ...theirs, AssertionEncryptionMode: "Allowed" },
    DeleteSAMLProvider: theirs,
    ListSAMLProviderTags: theirs,
    TagSAMLProvider: { ...theirs, "Tags.member.1.Key": "k", "Tags.member.1.Value": "v" },
    UntagSAMLProvider: { ...theirs, "TagKeys.member.1": "k" },
  };
  for (const [action, input] of Object.entries(inputs))
    deepEqual(refusal(await call(action, input, keys)), denied(action, arn("Theirs")));
  deepEqual(refusal(await call("ListSAMLProviders", {}, keys)), denied("ListSAMLProviders", arn("*")));
  const fresh = { Name: "New", SAMLMetadataDocument: metadata };
  deepEqual(
    refusal(
      await call(
        "CreateSAMLProvider",
        { ...fresh, "Tags.member.1.Key": "k", "Tags.member.1.Value": "v" },
        keys,
      ),
    ),
    denied("TagSAMLProvider", arn("New")),
  );
  deepEqual(
    refusal(await call("CreateSAMLProvider", { ...fresh, Name: "Other" }, keys)),
    denied("CreateSAMLProvider", arn("Other")),
  );
  await done("CreateSAMLProvider", fresh, keys);
  // A provider that does not exist is told only to those who may read it.
  deepEqual(
    refusal(await call("GetSAMLProvider", { SAMLProviderArn: arn("None") }, keys)),
    denied("GetSAMLProvider", arn("None")),
  );
});

test("a trust policy names providers of its own account that exist, and outlives them", async () => {
  const { call, done, road } = await iamRoad();
  const saml = (provider: string): string =>
    trust({ Federated: provider }).replace("sts:AssumeRole", "sts:AssumeRoleWithSAML");
  const create = (RoleName: string, provider: string): ReturnType<typeof call> =>
    call("CreateRole", { RoleName, AssumeRolePolicyDocument: saml(provider) });
  const invalid = (provider: string): unknown => [
    400,
    "MalformedPolicyDocument",
    `Invalid principal in policy: "FEDERATED":"${provider}"`,
  ];
  deepEqual(refusal(await create("r", arn("Okta"))), invalid(arn("Okta")));
  await done("CreateSAMLProvider", { Name: "Okta", SAMLMetadataDocument: metadata });
  deepEqual(refusal(await create("r", arn("okta"))), invalid(arn("okta")), "spelt as it is stored");
  equal((await create("r", arn("Okta"))).status, 200);
  const other = "444455556666";
  const theirKeys = await road.account(other);
  await done("CreateSAMLProvider", { Name: "Okta", SAMLMetadataDocument: metadata }, theirKeys);
  const foreign = `arn:aws:iam::${other}:saml-provider/Okta`;
  deepEqual(refusal(await create("s", foreign)), invalid(foreign));
  equal((await create("google", "accounts.google.com")).status, 200);
  deepEqual(refusal(await create("x", "idp.example.com")), invalid("idp.example.com"));
  deepEqual(refusal(await create("x", "*")), [
    400,
    "MalformedPolicyDocument",
    "Federated principals must be valid domain names or SAML metadata ARNs",
  ]);
  await done("DeleteSAMLProvider", { SAMLProviderArn: arn("Okta") });
  const shown = await done("GetRole", { RoleName: "r" });
  equal(decodeURIComponent(element(shown, "AssumeRolePolicyDocument") ?? ""), saml(arn("Okta")));
  deepEqual(
    refusal(await call("UpdateAssumeRolePolicy", { RoleName: "r", PolicyDocument: saml(arn("Okta")) })),
    invalid(arn("Okta")),
  );
});
