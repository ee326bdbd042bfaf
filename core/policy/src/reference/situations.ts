// Situations for the property tests: small worlds in which names collide often, so that most statements nearly match.
import fc from "fast-check";
import type { BindOptions, CompiledPolicy } from "../compile/compile-policy.ts";
import { compilePolicy } from "../compile/compile-policy.ts";
import type { PolicyRef } from "../compile/policy-ref.ts";
import type { PolicySet } from "../evaluate/policy-set.ts";
import { parsePolicy } from "../parse/parse-policy.ts";
import type { PolicyKind } from "../parse/policy.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import type { ContextValue } from "../request/context.ts";
import { contextOf } from "../request/context.ts";
import type { Principal } from "../request/principal.ts";

const home = "111122223333";
const abroad = "444455556666";
const bob = `arn:aws:iam::${home}:user/bob`;
const role = `arn:aws:iam::${home}:role/team/R`;
const alice = `arn:aws:sts::${home}:assumed-role/R/alice`;
const federatedBob = `arn:aws:sts::${home}:federated-user/temp`;
const oidc = `arn:aws:iam::${home}:oidc-provider/issuer.example`;

const session = {
  kind: "role-session",
  accountId: home,
  arn: alice,
  roleArn: role,
  uniqueId: "AROAEXAMPLEROLEIDXXXX",
  sessionName: "alice",
} as const;
export const principals: readonly Principal[] = [
  { kind: "user", accountId: home, arn: bob, uniqueId: "AIDAEXAMPLEUSERIDXXXX" },
  session,
  {
    kind: "user",
    accountId: home,
    arn: bob,
    uniqueId: "AIDAEXAMPLEUSERIDXXXX",
    sessionKind: "get-session-token",
  },
  // Recreated under the same name.
  { kind: "user", accountId: home, arn: bob, uniqueId: "AIDAANOTHERUSERIDXXXX" },
  {
    kind: "federated-user",
    accountId: home,
    arn: federatedBob,
    issuer: "user",
    userArn: bob,
    userUniqueId: "AIDAEXAMPLEUSERIDXXXX",
  },
  {
    kind: "federated-user",
    accountId: home,
    arn: federatedBob,
    issuer: "root",
    userArn: `arn:aws:iam::${home}:root`,
  },
  { kind: "root", accountId: home, arn: `arn:aws:iam::${home}:root` },
  { ...session, serviceLinked: true },
  { ...session, federatedProvider: oidc },
  { ...session, uniqueId: "AROAANOTHERROLEIDXXXX" },
  { ...session, delegated: true },
  { kind: "user", accountId: home, arn: bob, uniqueId: "AIDAEXAMPLEUSERIDXXXX", delegated: true },
  { kind: "root", accountId: home, arn: `arn:aws:iam::${home}:root`, delegated: true },
  { kind: "assumed-root", accountId: home, arn: `arn:aws:sts::${home}:assumed-root` },
  { kind: "service", service: "lambda.amazonaws.com" },
  { kind: "federated", provider: oidc },
  { kind: "anonymous" },
];

const actions = [
  "s3:GetObject",
  "s3:PutObject",
  "sts:AssumeRole",
  "kms:Decrypt",
  "kms:RetireGrant",
  "S3:listbucket",
];
const resources = [
  "arn:aws:s3:::b/bob/x",
  "arn:aws:s3:::b",
  `arn:aws:kms:us-east-1:${home}:key/k:1`,
  role,
  "*",
  "b",
];

const actionElements: Record<string, unknown>[] = [
  { Action: "*" },
  { Action: "s3:*" },
  { Action: "s3:GetObject" },
  { Action: ["sts:AssumeRole", "kms:Decrypt"] },
  { Action: ["s3:Get*", "S3:?utObject", "kms:*"] },
  { NotAction: "s3:PutObject" },
  { NotAction: ["kms:*", "s3:List*"] },
  { Action: ["s3:*Object", "sts:Assume*"] },
  { Action: "kms:RetireGrant" },
];
const trustActionElements: Record<string, unknown>[] = [
  { Action: "sts:AssumeRole" },
  { Action: "sts:*" },
  { Action: ["sts:TagSession", "sts:AssumeRole*"] },
];
const resourceElements: Record<string, unknown>[] = [
  { Resource: "*" },
  { Resource: "arn:aws:s3:::b/*" },
  { Resource: ["arn:aws:s3:::b/${aws:username}/*", role] },
  { NotResource: "arn:aws:s3:::b/*" },
  { Resource: ["arn:aws:s3:::b", `arn:aws:kms:*:${home}:key/*`] },
  { Resource: "arn:aws:s3:::b/${aws:PrincipalTag/team, 'bob'}/?" },
  { NotResource: ["arn:aws:s3:::b/${aws:username}/*", "arn:aws:kms:us-*-1:*:key/k*1"] },
  { Resource: `arn:aws:kms:us-east-1:${home}:*` },
  { Resource: "arn:aws:s3:::${*}/${aws:TagKeys, 'x'}" },
  { Resource: "arn:*:s3:*" },
];
const principalElements: Record<string, unknown>[] = [
  { Principal: { AWS: home } },
  { Principal: { AWS: bob } },
  { Principal: { AWS: role } },
  { Principal: { AWS: "*" } },
  { Principal: { AWS: [alice, abroad] } },
  { Principal: { AWS: [federatedBob, `arn:aws:iam::${abroad}:root`] } },
  { Principal: { AWS: ["AIDAEXAMPLEUSERIDXXXX", "AROAEXAMPLEROLEIDXXXX"] } },
  { Principal: { Service: "lambda.amazonaws.com", Federated: oidc } },
  { Principal: { AWS: abroad } },
];
const openPrincipalElements: Record<string, unknown>[] = [
  ...principalElements,
  { Principal: "*" },
  { Principal: { CanonicalUser: "a".repeat(64) } },
  { NotPrincipal: { AWS: [bob, home] } },
  { NotPrincipal: { AWS: [alice, role, `arn:aws:iam::${home}:root`], Service: "lambda.amazonaws.com" } },
  { NotPrincipal: { AWS: [federatedBob, bob, home], Federated: oidc } },
];

/** Keys, the values a request may have of them, and conditions on them. */
const contextValues: Record<string, readonly (ContextValue | undefined)[]> = {
  "aws:username": ["bob", undefined, "b*b", ""],
  "aws:PrincipalTag/team": [undefined, "bob", "Blue"],
  "aws:TagKeys": [undefined, ["a"], ["a", "b"], []],
  "aws:SourceIp": ["10.1.2.3", undefined, "2001:db8::1", "nonsense"],
  "aws:CurrentTime": ["2026-09-01T12:00:00Z", "1788264000", undefined],
  "s3:max-keys": [undefined, "10", "1e1", "x"],
  "aws:PrincipalArn": [role, bob, undefined, "no arn"],
  "aws:SecureTransport": ["true", "false", undefined],
  "x:bytes": [undefined, "aGk=", "aGk"],
};
const conditionBlocks: Record<string, unknown>[] = [
  {},
  { StringEquals: { "aws:username": "bob" } },
  { StringNotEquals: { "aws:PrincipalTag/team": ["blue", "${aws:username}"] } },
  { StringLikeIfExists: { "AWS:UserName": ["b?b", "x*"] } },
  { "ForAllValues:StringEquals": { "aws:TagKeys": ["a", "c"] } },
  { "ForAnyValue:StringLike": { "aws:TagKeys": ["b*"] }, Null: { "aws:username": "false" } },
  { NotIpAddress: { "aws:SourceIp": ["10.0.0.0/8", "2001:db8::/32"] } },
  { IpAddressIfExists: { "aws:SourceIp": "10.1.0.0/16" }, Bool: { "aws:SecureTransport": true } },
  { DateLessThan: { "aws:CurrentTime": "2027-01-01" }, NumericLessThanEquals: { "s3:max-keys": 10 } },
  { NumericNotEquals: { "s3:max-keys": ["1.0", "10.0"] } },
  {
    ArnLike: { "aws:PrincipalArn": ["arn:aws:iam::*:role/*", `arn:aws:iam::${home}:user/\${aws:username}`] },
  },
  { ArnNotEquals: { "aws:PrincipalArn": role } },
  { StringEqualsIgnoreCase: { "aws:PrincipalTag/Team": "BLUE" }, BinaryEquals: { "x:bytes": "aGk=" } },
  { "ForAnyValue:StringNotEqualsIfExists": { "aws:TagKeys": "A" } },
  { BoolIfExists: { "aws:SecureTransport": "false" }, StringNotLike: { "aws:username": "*" } },
  { StringEquals: { "aws:TagKeys": "a" } },
  {
    "ForAllValues:ArnLike": { "aws:PrincipalArn": "arn:*:iam::*:role/team/?" },
    Null: { "aws:TagKeys": true },
  },
  { StringNotEqualsIgnoreCase: { "aws:username": "BOB" }, ArnEquals: { "aws:PrincipalArn": [role, bob] } },
  { NumericLessThan: { "s3:max-keys": "1e1" }, ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:user/*" } },
  { NumericGreaterThanIfExists: { "s3:max-keys": 9 }, NumericGreaterThanEquals: { "s3:max-keys": 10 } },
  { DateEquals: { "aws:CurrentTime": "2026-09-01T14:00:00+02:00" } },
  { DateNotEquals: { "aws:CurrentTime": "2026-09-01T12:00:00.000Z" } },
  { DateLessThanEquals: { "aws:CurrentTime": 1788264000 }, NumericEqualsIfExists: { "s3:max-keys": "+10" } },
  { "ForAnyValue:DateGreaterThanEquals": { "aws:CurrentTime": ["2026-09-01T12:00Z", "2027"] } },
  {
    DateGreaterThan: { "aws:CurrentTime": "2026-08" },
    "ForAllValues:StringNotLike": { "aws:TagKeys": "b*" },
  },
  // In documents of 2008 that is text, which is no ARN: an error beside a condition that is often false.
  { StringEquals: { "aws:username": "bob" }, ArnNotLike: { "aws:PrincipalArn": "${aws:PrincipalArn}" } },
  // An error before the value that matches, unless the variable has none.
  { ArnLike: { "aws:PrincipalArn": ["${aws:username}", role, bob] } },
];
/** Values that are refused on save, but not in session policies: they end in evaluation errors. */
const failingBlocks: Record<string, unknown>[] = [
  ...conditionBlocks,
  { ArnLike: { "aws:PrincipalArn": ["not-an-arn", role] }, StringEquals: { "aws:username": "nobody" } },
  { NumericEquals: { "s3:max-keys": ["10", "ten"] } },
  { NotIpAddress: { "aws:SourceIp": "10.0.0.0/33" }, DateGreaterThan: { "aws:CurrentTime": "soon" } },
];

/** Takes choices out of one number, so that a shrunk number is a simple statement. */
function chooser(seed: number): <T>(from: readonly T[]) => T {
  let rest = seed;
  return (from) => {
    const index = rest % from.length;
    rest = Math.floor(rest / from.length);
    // The lists are not empty; undefined may be one of their members.
    return from[index] as (typeof from)[number];
  };
}

function statementOf(seed: number, kind: PolicyKind): Record<string, unknown> {
  const choose = chooser(seed);
  const hasPrincipal = kind === "trust" || kind === "resource" || kind === "endpoint" || kind === "rcp";
  const conditions = choose(kind === "session" ? failingBlocks : conditionBlocks);
  return {
    Effect: kind === "rcp" ? "Deny" : choose(["Allow", "Allow", "Allow", "Deny"]),
    ...choose(
      kind === "trust"
        ? trustActionElements
        : kind === "rcp"
          ? [{ Action: ["s3:Get*", "kms:*"] }]
          : actionElements,
    ),
    ...(kind === "trust" ? {} : choose(resourceElements)),
    ...(!hasPrincipal
      ? {}
      : kind === "rcp"
        ? { Principal: "*" }
        : choose(kind === "trust" ? principalElements : openPrincipalElements)),
    Condition: conditions,
  };
}

interface DocumentSeed {
  readonly statements: readonly number[];
  readonly isOld: boolean;
  /** Begins with a statement that allows everything to the first of the principals. */
  readonly isOpen: boolean;
  /** Has so many statements that the engine looks them up by action. */
  readonly isLong: boolean;
}

/** Statements of both effects that concern no action of ours. */
function fillers(kind: PolicyKind): Record<string, unknown>[] {
  if (kind === "trust" || kind === "rcp") return [];
  const principal = kind === "resource" || kind === "endpoint" ? { Principal: "*" } : {};
  return Array.from({ length: 80 }, (_, i) => ({
    Effect: i % 2 === 0 ? "Allow" : "Deny",
    ...principal,
    Action: [`ec2:Get${i}`, i % 3 === 0 ? "kms:Encrypt*" : `s3:List${i}*`],
    Resource: "*",
  }));
}

/** A document of the generator's grammar as text. */
export function documentText({ statements, isOld, isOpen, isLong }: DocumentSeed, kind: PolicyKind): string {
  return JSON.stringify({
    Version: isOld && kind !== "rcp" ? "2008-10-17" : "2012-10-17",
    Statement: [
      ...(isLong ? fillers(kind) : []),
      ...[...(isOpen ? [0] : []), ...statements].map((seed) => statementOf(seed, kind)),
    ],
  });
}

const fullAccess = { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };

function compiled(
  seed: DocumentSeed,
  kind: PolicyKind,
  ref: PolicyRef,
  options?: BindOptions,
): CompiledPolicy {
  const result = parsePolicy(documentText(seed, kind), kind);
  if (!result.ok) throw new Error(`${documentText(seed, kind)}: ${JSON.stringify(result.problems[0])}`);
  return compilePolicy(result.policy, ref, options);
}

function rcpFullAccess(): CompiledPolicy {
  const result = parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: fullAccess }), "rcp");
  if (!result.ok) throw new Error("RCPFullAWSAccess does not parse");
  return compilePolicy(result.policy, { type: "rcp", name: "RCPFullAWSAccess" });
}

/** Some statements, most of them simple: numbers up to about 27 * 4 * 9 * 10 * 14 reach every combination. */
const documentSeed: fc.Arbitrary<DocumentSeed> = fc.record({
  statements: fc.array(fc.nat(136_080), { minLength: 1, maxLength: 4 }),
  isOld: fc.nat(9).map((n) => n === 9),
  isOpen: fc.boolean(),
  isLong: fc.nat(29).map((n) => n === 29),
});
const documentSeeds = fc.array(documentSeed, { maxLength: 2 });

export interface Situation {
  readonly request: AuthorizationRequest;
  readonly policies: PolicySet;
}

interface SituationSeed {
  readonly principal: number;
  readonly request: number;
  readonly context: number;
  readonly identity: readonly DocumentSeed[];
  readonly boundary: DocumentSeed | undefined;
  readonly session: readonly DocumentSeed[] | undefined;
  readonly resource: DocumentSeed | undefined;
  readonly endpoint: DocumentSeed | undefined;
  readonly scp: readonly (readonly DocumentSeed[])[] | undefined;
  readonly rcp: DocumentSeed | undefined;
  readonly isBound: boolean;
}

const sometimes = <T>(arbitrary: fc.Arbitrary<T>, freq: number) =>
  fc.option(arbitrary, { nil: undefined, freq });

const situationSeed: fc.Arbitrary<SituationSeed> = fc.record({
  principal: fc.nat(principals.length - 1),
  request: fc.nat(4 * 6 * 6 * 4 - 1),
  context: fc.nat(4 * 3 * 4 * 4 * 3 * 4 * 4 * 3 * 3 - 1),
  identity: documentSeeds,
  boundary: sometimes(documentSeed, 2),
  session: sometimes(documentSeeds, 2),
  resource: sometimes(documentSeed, 3),
  endpoint: fc.nat(3).chain((n) => (n === 0 ? sometimes(documentSeed, 3) : fc.constant(undefined))),
  scp: fc.nat(5).chain((n) => (n === 0 ? fc.array(documentSeeds, { maxLength: 2 }) : fc.constant(undefined))),
  rcp: fc.nat(3).chain((n) => (n === 0 ? documentSeed : fc.constant(undefined))),
  isBound: fc.boolean(),
});

function toSituation(seed: SituationSeed): Situation {
  const chooseRequest = chooser(seed.request);
  const resourceKind = chooseRequest(["other", "other", "trust", "kms-key"] as const);
  const chooseContext = chooser(seed.context);
  const context = Object.fromEntries(
    Object.entries(contextValues).map(([key, values]) => [key, chooseContext(values)]),
  );
  const request: AuthorizationRequest = {
    principal: principals[seed.principal] ?? { kind: "anonymous" },
    action: resourceKind === "trust" ? "sts:AssumeRole" : chooseRequest(actions),
    resource: chooseRequest(resources),
    resourceAccountId: chooseRequest([home, undefined, home, abroad]),
    context: contextOf(context),
    resourceKind,
  };
  const principalIds = new Map([
    [bob, "AIDAEXAMPLEUSERIDXXXX"],
    [role, "AROAEXAMPLEROLEIDXXXX"],
    ["a".repeat(64), home],
  ]);
  const resourceType = resourceKind === "trust" ? "trust" : "resource";
  const options = seed.isBound ? { principalIds } : {};
  const policies: PolicySet = {
    identity: seed.identity.map((one, i) =>
      compiled(one, "identity", { type: "identity", name: `identity ${i}` }),
    ),
    boundary: seed.boundary && compiled(seed.boundary, "boundary", { type: "boundary", arn: "boundary" }),
    session: seed.session?.map((one, i) =>
      compiled(one, "session", { type: "session", name: `session ${i}` }),
    ),
    resource:
      seed.resource &&
      compiled(seed.resource, resourceType, { type: resourceType, arn: request.resource }, options),
    endpoint: seed.endpoint && compiled(seed.endpoint, "endpoint", { type: "endpoint" }),
    scp: seed.scp?.map((level, i) =>
      level.map((one, j) => compiled(one, "scp", { type: "scp", name: `scp ${i} ${j}` })),
    ),
    rcp: seed.rcp && [
      [rcpFullAccess()],
      [rcpFullAccess(), compiled(seed.rcp, "rcp", { type: "rcp", name: "rcp" })],
    ],
  };
  return { request, policies };
}

/** Situations of all principals and layers. What is printed on failure are the documents and the request. */
export const situation = (): fc.Arbitrary<Situation> => situationSeed.map(toSituation);

/** Documents of one kind. */
export const document = (kind: PolicyKind): fc.Arbitrary<string> =>
  documentSeed.map((seed) => documentText(seed, kind));

/** A situation as plain data, to be kept as a vector. */
export function printable({ request, policies }: Situation): string {
  const show = (policy: CompiledPolicy | undefined) => policy?.document.policy.statements;
  return JSON.stringify({
    request: { ...request, context: Object.fromEntries(request.context.entries()) },
    policies: {
      identity: policies.identity.map(show),
      boundary: show(policies.boundary),
      session: policies.session?.map(show),
      resource: show(policies.resource),
      endpoint: show(policies.endpoint),
      scp: policies.scp?.map((level) => level.map(show)),
      rcp: policies.rcp?.map((level) => level.map(show)),
    },
  });
}
