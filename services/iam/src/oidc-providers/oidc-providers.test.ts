import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { allowing } from "@rolecall/pipeline/testing";
import { account, element, elements, iamRoad, refusal, trust } from "../testing.ts";

const arn = (url: string): string => `arn:aws:iam::${account}:oidc-provider/${url}`;
const issuer = "idp.example.com/realms/Main/";
const on = { OpenIDConnectProviderArn: arn(issuer) };
const thumbprints = ["b".repeat(40), `A${"9".repeat(39)}`, "b".repeat(40)];
const keptThumbprints = thumbprints.map((thumbprint) => thumbprint.toLowerCase());

/** `Name.member.N` parameters. */
const list = (name: string, values: readonly string[]): Record<string, string> =>
  Object.fromEntries(values.map((value, n) => [`${name}.member.${n + 1}`, value]));

/** The members of one list of an answer. */
const members = (body: string, name: string): string[] =>
  elements(new RegExp(`<${name}>.*?</${name}>`).exec(body)?.[0] ?? "", "member");

test("a provider is made, read back in the order sent, changed and deleted", async () => {
  const { call, done } = await iamRoad();
  const made = await done("CreateOpenIDConnectProvider", {
    Url: `https://${issuer}`,
    ...list("ClientIDList", ["web", "cli", "web"]),
    ...list("ThumbprintList", thumbprints),
    "Tags.member.1.Key": "z",
    "Tags.member.1.Value": "1",
    "Tags.member.2.Key": "a",
    "Tags.member.2.Value": "",
  });
  equal(element(made, "OpenIDConnectProviderArn"), arn(issuer));
  deepEqual(elements(made, "Key"), ["z", "a"], "as they were sent");
  const got = await done("GetOpenIDConnectProvider", on);
  equal(element(got, "Url"), issuer, "without the scheme, with its slash");
  deepEqual(members(got, "ClientIDList"), ["web", "cli"]);
  deepEqual(members(got, "ThumbprintList"), keptThumbprints, "in the order in which they were sent");
  deepEqual(elements(got, "Key"), ["a", "z"], "tags alone are sorted");
  deepEqual(elements(await done("ListOpenIDConnectProviders"), "Arn"), [arn(issuer)]);

  for (const ClientID of ["api", "web"])
    await done("AddClientIDToOpenIDConnectProvider", { ...on, ClientID });
  for (const ClientID of ["cli", "none"])
    await done("RemoveClientIDFromOpenIDConnectProvider", { ...on, ClientID });
  await done("UpdateOpenIDConnectProviderThumbprint", {
    ...on,
    ...list("ThumbprintList", ["c".repeat(40), "a".repeat(40)]),
  });
  const again = await done("GetOpenIDConnectProvider", on);
  deepEqual(members(again, "ClientIDList"), ["web", "api"]);
  deepEqual(members(again, "ThumbprintList"), ["c".repeat(40), "a".repeat(40)]);
  equal(element(again, "CreateDate"), element(got, "CreateDate"));

  await done("DeleteOpenIDConnectProvider", on);
  const gone = `OpenIDConnect Provider not found for arn ${arn(issuer)}`;
  const goneOtherwise = `OpenId connect Provider ${arn(issuer)} cannot be found.`;
  const inputs: Record<string, Record<string, string>> = {
    GetOpenIDConnectProvider: {},
    AddClientIDToOpenIDConnectProvider: { ClientID: "x" },
    RemoveClientIDFromOpenIDConnectProvider: { ClientID: "x" },
    UpdateOpenIDConnectProviderThumbprint: list("ThumbprintList", thumbprints),
    TagOpenIDConnectProvider: { "Tags.member.1.Key": "k", "Tags.member.1.Value": "v" },
    UntagOpenIDConnectProvider: { "TagKeys.member.1": "k" },
    ListOpenIDConnectProviderTags: {},
    DeleteOpenIDConnectProvider: {},
  };
  for (const [action, input] of Object.entries(inputs)) {
    const message = /[Tt]ag|Delete/.test(action) ? goneOtherwise : gone;
    deepEqual(refusal(await call(action, { ...on, ...input })), [404, "NoSuchEntity", message], action);
  }
});

test("without thumbprints none are kept, and none are made up", async () => {
  const { done } = await iamRoad();
  await done("CreateOpenIDConnectProvider", { Url: "https://a.example.com", ThumbprintList: "" });
  await done("CreateOpenIDConnectProvider", { Url: "https://b.example.com" });
  for (const url of ["a.example.com", "b.example.com"]) {
    const got = await done("GetOpenIDConnectProvider", { OpenIDConnectProviderArn: arn(url) });
    equal(element(got, "ThumbprintList"), "");
    equal(element(got, "ClientIDList"), "");
    equal(element(got, "Tags"), "");
  }
});

test("bad input is refused in AWS's words, and nothing is kept", async () => {
  const { call, done } = await iamRoad();
  const create = async (Url: string, input: Record<string, string> = {}): Promise<unknown> =>
    refusal(await call("CreateOpenIDConnectProvider", { Url, ...input }));
  const invalidUrl = [400, "ValidationError", "Invalid Open ID Connect Provider URL"];
  for (const url of ["example", "http://idp.example.com", "https://u@idp.example.com", "https://"])
    deepEqual(await create(url), invalidUrl, url);
  for (const url of ["https://idp.example.com?a=1", "https://idp.example.com/#part"])
    deepEqual(((await create(url)) as string[])[1], "InvalidInput", url);
  const url = "https://idp.example.com";
  equal(((await create(`${url}/${"x".repeat(255)}`)) as string[])[1], "ValidationError");
  deepEqual(
    await create(
      url,
      list(
        "ThumbprintList",
        Array.from({ length: 6 }, (_, n) => `${n}`.repeat(40)),
      ),
    ),
    [400, "InvalidInput", "Thumbprint list must contain fewer than 5 entries."],
  );
  equal(((await create(url, list("ThumbprintList", ["a".repeat(39)]))) as string[])[1], "ValidationError");
  equal(((await create(url, list("ClientIDList", ["x".repeat(256)]))) as string[])[1], "ValidationError");
  const hundred = Array.from({ length: 100 }, (_, n) => `client${n}`);
  const tooMany = [409, "LimitExceeded", "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100"];
  deepEqual(await create(url, list("ClientIDList", [...hundred, "more"])), tooMany);
  deepEqual(elements(await done("ListOpenIDConnectProviders"), "Arn"), []);

  await done("CreateOpenIDConnectProvider", {
    Url: url,
    ...list("ClientIDList", hundred),
    ...list("ThumbprintList", thumbprints),
  });
  const at = { OpenIDConnectProviderArn: arn("idp.example.com") };
  deepEqual(refusal(await call("AddClientIDToOpenIDConnectProvider", { ...at, ClientID: "more" })), tooMany);
  await done("AddClientIDToOpenIDConnectProvider", { ...at, ClientID: "client7" });
  deepEqual(refusal(await call("UpdateOpenIDConnectProviderThumbprint", { ...at, ThumbprintList: "" })), [
    400,
    "InvalidInput",
    "Thumbprint list must contain at least one entry.",
  ]);
  equal(refusal(await call("UpdateOpenIDConnectProviderThumbprint", at))[1], "ValidationError");
  for (const again of [url, "https://IDP.example.com"])
    deepEqual(await create(again), [
      409,
      "EntityAlreadyExists",
      `Provider with url ${again} already exists.`,
    ]);
  const got = await done("GetOpenIDConnectProvider", at);
  equal(members(got, "ClientIDList").length, 100);
  deepEqual(members(got, "ThumbprintList"), keptThumbprints);
  // Recorded: what is no hexadecimal number is a thumbprint, too; and the port of the scheme is none.
  await done("UpdateOpenIDConnectProviderThumbprint", { ...at, ...list("ThumbprintList", ["G".repeat(40)]) });
  deepEqual(members(await done("GetOpenIDConnectProvider", at), "ThumbprintList"), ["g".repeat(40)]);
  for (const [sent, kept] of [
    ["https://port.example.com:443", "port.example.com"],
    ["https://port.example.com:443/a", "port.example.com/a"],
    ["https://port.example.com:4430", "port.example.com:4430"],
  ] as const)
    equal(
      element(await done("CreateOpenIDConnectProvider", { Url: sent }), "OpenIDConnectProviderArn"),
      arn(kept),
    );

  const refused = async (OpenIDConnectProviderArn: string): Promise<unknown> =>
    refusal(await call("GetOpenIDConnectProvider", { OpenIDConnectProviderArn })).slice(0, 2);
  deepEqual(await refused("not-an-arn-but-long-enough"), [400, "ValidationError"]);
  deepEqual(await refused(`arn:aws:iam::${account}:saml-provider/x`), [400, "ValidationError"]);
  deepEqual(await refused("arn:aws:iam::444455556666:oidc-provider/idp.example.com"), [403, "AccessDenied"]);
});

test("an account has a hundred providers at most", async () => {
  const { call, done, road } = await iamRoad();
  await road.store.write(async (tx) => {
    for (let n = 0; n < 100; n++)
      await tx.oidcProviders.insert({
        accountId: account,
        url: `idp${n}.example.com`,
        createdAtMs: 0,
        clientIds: [],
        thumbprints: [],
        tags: [],
      });
  });
  deepEqual(refusal(await call("CreateOpenIDConnectProvider", { Url: "https://more.example.com" })), [
    409,
    "LimitExceeded",
    "Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100",
  ]);
  equal(elements(await done("ListOpenIDConnectProviders"), "Arn").length, 100);
});

test("what an account has is listed whole, however much an operator let it have", async () => {
  const { done, road } = await iamRoad();
  await road.store.write(async (tx) => {
    for (let n = 0; n < 1200; n++)
      await tx.oidcProviders.insert({
        accountId: account,
        url: `idp${n}.example.com/X`,
        createdAtMs: 0,
        clientIds: [],
        thumbprints: [],
        tags: [],
      });
  });
  equal(new Set(elements(await done("ListOpenIDConnectProviders"), "Arn")).size, 1200);
});

test("tags are listed in pages and changed, keys exactly as spelt", async () => {
  const { call, done } = await iamRoad();
  await done("CreateOpenIDConnectProvider", { Url: `https://${issuer}` });
  await done("TagOpenIDConnectProvider", {
    ...on,
    "Tags.member.1.Key": "b",
    "Tags.member.1.Value": "1",
    "Tags.member.2.Key": "A",
    "Tags.member.2.Value": "2",
  });
  const page = await done("ListOpenIDConnectProviderTags", { ...on, MaxItems: "1" });
  deepEqual(elements(page, "Key"), ["A"]);
  const rest = await done("ListOpenIDConnectProviderTags", { ...on, Marker: element(page, "Marker") ?? "" });
  deepEqual(elements(rest, "Key"), ["b"]);
  // Unlike those of users and roles, keys may differ in case alone.
  const other = { "Tags.member.1.Key": "a", "Tags.member.1.Value": "3" };
  await done("TagOpenIDConnectProvider", { ...on, ...other });
  deepEqual(elements(await done("ListOpenIDConnectProviderTags", on), "Key"), ["A", "a", "b"]);
  await done("UntagOpenIDConnectProvider", { ...on, "TagKeys.member.1": "A" });
  deepEqual(elements(await done("GetOpenIDConnectProvider", on), "Key"), ["a", "b"]);
  const twice = { "Tags.member.2.Key": "a", "Tags.member.2.Value": "4" };
  const twins = { ...other, ...twice };
  const second = { Url: "https://idp.example.com/second" };
  for (const [action, input] of [
    ["TagOpenIDConnectProvider", on],
    ["CreateOpenIDConnectProvider", second],
  ] as const)
    deepEqual(refusal(await call(action, { ...input, ...twins })), [
      400,
      "InvalidInput",
      "Duplicate tag keys found.",
    ]);
  await done("CreateOpenIDConnectProvider", { ...second, ...twins, "Tags.member.2.Key": "A" });
});

test("who may do what is decided on the provider's ARN as it is stored", async () => {
  const { call, done, road } = await iamRoad();
  await done("CreateOpenIDConnectProvider", { Url: `https://${issuer}` });
  const { keys } = await road.user(account, "ana", {
    inlinePolicies: [
      allowing("iam:*", arn("other.example.com")),
      { ...allowing("iam:GetOpenIDConnectProvider", arn(issuer)), name: "get" },
    ],
  });
  const denied = (action: string, resource: string): unknown => [
    403,
    "AccessDenied",
    `User: arn:aws:iam::${account}:user/ana is not authorized to perform: iam:${action} on resource: ${resource} because no identity-based policy allows the iam:${action} action`,
  ];
  await done("GetOpenIDConnectProvider", { OpenIDConnectProviderArn: arn(issuer.toUpperCase()) }, keys);
  const inputs: Record<string, Record<string, string>> = {
    DeleteOpenIDConnectProvider: {},
    AddClientIDToOpenIDConnectProvider: { ClientID: "x" },
    RemoveClientIDFromOpenIDConnectProvider: { ClientID: "x" },
    UpdateOpenIDConnectProviderThumbprint: list("ThumbprintList", thumbprints),
    TagOpenIDConnectProvider: { "Tags.member.1.Key": "k", "Tags.member.1.Value": "v" },
    UntagOpenIDConnectProvider: { "TagKeys.member.1": "k" },
    ListOpenIDConnectProviderTags: {},
  };
  for (const [action, input] of Object.entries(inputs))
    deepEqual(refusal(await call(action, { ...on, ...input }, keys)), denied(action, arn(issuer)));
  deepEqual(
    refusal(await call("ListOpenIDConnectProviders", {}, keys)),
    denied("ListOpenIDConnectProviders", arn("*")),
  );
  const create = (Url: string, tags: Record<string, string> = {}): ReturnType<typeof call> =>
    call("CreateOpenIDConnectProvider", { Url, ...tags }, keys);
  deepEqual(
    refusal(await create("https://third.example.com")),
    denied("CreateOpenIDConnectProvider", arn("third.example.com")),
  );
  equal(
    (await create("https://other.example.com", { "Tags.member.1.Key": "k", "Tags.member.1.Value": "v" }))
      .status,
    200,
  );
});

test("trust in a shared issuer is saved with its claim alone, and with a provider that exists", async () => {
  const { call, done } = await iamRoad();
  const github = "token.actions.githubusercontent.com";
  const document = (Condition?: object): string =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: arn(github) },
          Action: "sts:AssumeRoleWithWebIdentity",
          ...(Condition && { Condition }),
        },
      ],
    });
  const narrow = document({ StringLike: { [`${github}:sub`]: "repo:me/*" } });
  const create = async (AssumeRolePolicyDocument: string): Promise<unknown> =>
    refusal(await call("CreateRole", { RoleName: "r", AssumeRolePolicyDocument }));
  deepEqual(await create(narrow), [
    400,
    "MalformedPolicyDocument",
    `Invalid principal in policy: "FEDERATED":"${arn(github)}"`,
  ]);
  await done("CreateOpenIDConnectProvider", { Url: `https://${github}` });
  equal(((await create(document())) as string[])[1], "MalformedPolicyDocument");
  await done("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: narrow });
  equal(
    refusal(await call("UpdateAssumeRolePolicy", { RoleName: "r", PolicyDocument: document() }))[1],
    "MalformedPolicyDocument",
  );
  await done("CreateOpenIDConnectProvider", { Url: "https://dex.example.com:5556/dex/" });
  const own = trust({ Federated: arn("dex.example.com:5556/dex/") }).replace(
    "AssumeRole",
    "AssumeRoleWithWebIdentity",
  );
  await done("CreateRole", { RoleName: "own", AssumeRolePolicyDocument: own });
});
