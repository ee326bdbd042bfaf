import { groupArn, isAccountId, parseArn, policyArn, roleArn, userArn } from "@rolecall/identifiers";
import { TransferProblem } from "../format.ts";

/**
 * What `aws iam get-account-authorization-details` prints of one account, read and checked. Documents are text again.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 */
export interface AuthorizationDetails {
  accountId: string;
  users: UserDetail[];
  groups: GroupDetail[];
  roles: RoleDetail[];
  policies: PolicyDetail[];
  /** Default versions of AWS's own policies, by ARN, as far as the file has them. */
  awsVersions: ReadonlyMap<string, string>;
}

export interface EntityDetail {
  name: string;
  path: string;
  id: string;
  createdAtMs: number;
  inlinePolicies: { name: string; document: string }[];
  attachedPolicies: string[];
}

export interface UserDetail extends EntityDetail {
  groups: string[];
  permissionsBoundary: string | undefined;
  tags: { key: string; value: string }[];
}

export type GroupDetail = EntityDetail;

export interface RoleDetail extends EntityDetail {
  trustPolicy: string;
  permissionsBoundary: string | undefined;
  tags: { key: string; value: string }[];
  lastUsed: { atMs: number; region: string } | undefined;
  instanceProfiles: {
    name: string;
    path: string;
    id: string;
    createdAtMs: number;
    tags: { key: string; value: string }[];
  }[];
}

export interface PolicyDetail {
  name: string;
  path: string;
  id: string;
  arn: string;
  description?: string;
  createdAtMs: number;
  updatedAtMs: number;
  defaultVersionId: string;
  versions: { versionId: string; document: string; createdAtMs: number }[];
}

/** Reads a JSON text: one account's details, or a list of them. @throws TransferProblem with the place in it */
export function readAuthorizationDetails(text: string): AuthorizationDetails[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TransferProblem(`The file is not valid JSON: ${(error as Error).message}`, hint);
  }
  const all = Array.isArray(value) ? value : [value];
  return all.map((one, at) => accountDetails(new Place(Array.isArray(value) ? `[${at}]` : "", one)));
}

const hint = "Make it with: aws iam get-account-authorization-details --output json > FILE";

/** A value of the file and where it stands. */
class Place {
  readonly path: string;
  readonly value: unknown;

  constructor(path: string, value: unknown) {
    this.path = path;
    this.value = value;
  }

  wrong(what: string): TransferProblem {
    return new TransferProblem(`${this.path || "The file"}: ${what}.`, hint);
  }

  member(name: string): Place {
    if (this.value === null || typeof this.value !== "object" || Array.isArray(this.value))
      throw this.wrong("an object is expected");
    const member = Object.hasOwn(this.value, name)
      ? (this.value as Record<string, unknown>)[name]
      : undefined;
    return new Place(this.path ? `${this.path}.${name}` : name, member);
  }

  get isAbsent(): boolean {
    return this.value === undefined || this.value === null;
  }

  list(): Place[] {
    if (this.isAbsent) return [];
    if (!Array.isArray(this.value)) throw this.wrong("a list is expected");
    return this.value.map((item, at) => new Place(`${this.path}[${at}]`, item));
  }

  text(): string {
    if (typeof this.value !== "string" || this.value === "") throw this.wrong("text is expected");
    return this.value;
  }

  /** What the CLI prints (`2026-09-27T12:00:00+00:00`), or seconds as other tools write it. */
  time(): number {
    const ms =
      typeof this.value === "number"
        ? this.value * 1000
        : Date.parse(typeof this.value === "string" ? this.value : "");
    if (!Number.isFinite(ms)) throw this.wrong("a time is expected");
    return Math.round(ms);
  }

  /** The CLI prints documents as JSON values, SDKs as percent-encoded text. */
  document(): string {
    if (typeof this.value === "object" && this.value !== null) return JSON.stringify(this.value);
    const text = this.text();
    if (text.trimStart().startsWith("{")) return text;
    try {
      return decodeURIComponent(text);
    } catch {
      throw this.wrong("this is no policy document");
    }
  }
}

const namePattern = /^[\w+=,.@-]{1,128}$/;
const pathPattern = /^\/$|^\/[!-~]{1,510}\/$/;
const idPattern = /^\w{16,128}$/;

const arnOf = { User: userArn, Group: groupArn, Role: roleArn, Policy: policyArn };

/** The account in an entity's ARN, which must be the one that the entity has here. */
function accountIn(
  one: Place,
  kind: keyof typeof arnOf,
  { path, name }: { path: string; name: string },
): string {
  const place = one.member("Arn");
  const arn = parseArn(place.text());
  if (!arn || !isAccountId(arn.accountId)) throw place.wrong("an IAM ARN is expected");
  const expected = arnOf[kind](arn.accountId, path, name);
  // Of other partitions, too: nothing in the account's documents would name anything that is here.
  if (place.value !== expected) throw place.wrong(`${expected} is expected`);
  return arn.accountId;
}

/** Half an account would be one with fewer denials. */
function requireWhole(place: Place): void {
  if (place.member("IsTruncated").value === true || !place.member("NextToken").isAbsent)
    throw place.wrong("this is a part of an account only, and more was to be asked for");
}

function accountDetails(place: Place): AuthorizationDetails {
  requireWhole(place);
  const accounts = new Set<string>();
  const entity = (one: Place, kind: "User" | "Group" | "Role"): EntityDetail => {
    const facts = named(one, `${kind}Name`, `${kind}Id`);
    accounts.add(accountIn(one, kind, facts));
    return {
      ...facts,
      inlinePolicies: one
        .member(`${kind}PolicyList`)
        .list()
        .map((policy) => ({
          name: checked(policy.member("PolicyName"), namePattern, "a policy name"),
          document: policy.member("PolicyDocument").document(),
        })),
      attachedPolicies: one
        .member("AttachedManagedPolicies")
        .list()
        .map((policy) => policyArnIn(policy.member("PolicyArn"))),
    };
  };
  // AWS's own policies come along when they are attached; they are not the account's.
  const isAws = (policy: Place): boolean => parseArn(policy.member("Arn").text())?.accountId === "aws";
  const policies = place.member("Policies").list();
  const details = {
    users: place
      .member("UserDetailList")
      .list()
      .map((one) => ({ ...entity(one, "User"), ...userFacts(one) })),
    groups: place
      .member("GroupDetailList")
      .list()
      .map((one) => entity(one, "Group")),
    roles: place
      .member("RoleDetailList")
      .list()
      .map((one) => ({ ...entity(one, "Role"), ...roleFacts(one) })),
    policies: policies
      .filter((one) => !isAws(one))
      .map((one) => {
        const facts = policyDetail(one);
        accounts.add(accountIn(one, "Policy", facts));
        return facts;
      }),
    awsVersions: new Map(
      policies
        .filter(isAws)
        .map((one) => [policyArnIn(one.member("Arn")), one.member("DefaultVersionId").text()]),
    ),
  };
  const [accountId, ...others] = accounts;
  if (accountId === undefined)
    throw place.wrong("it names no user, group, role or policy, so no account either");
  if (others.length > 0)
    throw place.wrong(`one account is expected, but it has entities of ${[...accounts].join(", ")}`);
  return { accountId, ...details };
}

function checked(place: Place, pattern: RegExp, what: string): string {
  const text = place.text();
  if (!pattern.test(text)) throw place.wrong(`${what} is expected`);
  return text;
}

const named = (
  one: Place,
  name: string,
  id: string,
): Omit<EntityDetail, "inlinePolicies" | "attachedPolicies"> => ({
  name: checked(one.member(name), namePattern, "a name"),
  path: checked(one.member("Path"), pathPattern, "a path"),
  id: checked(one.member(id), idPattern, "a unique id"),
  createdAtMs: one.member("CreateDate").time(),
});

function policyArnIn(place: Place): string {
  const arn = parseArn(place.text());
  if (arn?.service !== "iam" || !arn.resource.startsWith("policy/"))
    throw place.wrong("a policy ARN is expected");
  return place.text();
}

const tagsIn = (one: Place): { key: string; value: string }[] =>
  one
    .member("Tags")
    .list()
    .map((tag) => {
      const value = tag.member("Value");
      return { key: tag.member("Key").text(), value: value.value === "" ? "" : value.text() };
    });

function boundaryIn(one: Place): string | undefined {
  const boundary = one.member("PermissionsBoundary");
  return boundary.isAbsent ? undefined : policyArnIn(boundary.member("PermissionsBoundaryArn"));
}

const userFacts = (one: Place): Omit<UserDetail, keyof EntityDetail> => ({
  groups: one
    .member("GroupList")
    .list()
    .map((group) => group.text()),
  permissionsBoundary: boundaryIn(one),
  tags: tagsIn(one),
});

function roleFacts(one: Place): Omit<RoleDetail, keyof EntityDetail> {
  const used = one.member("RoleLastUsed");
  const date = used.isAbsent ? undefined : used.member("LastUsedDate");
  return {
    trustPolicy: one.member("AssumeRolePolicyDocument").document(),
    permissionsBoundary: boundaryIn(one),
    tags: tagsIn(one),
    lastUsed:
      date && !date.isAbsent ? { atMs: date.time(), region: used.member("Region").text() } : undefined,
    instanceProfiles: one
      .member("InstanceProfileList")
      .list()
      .map((profile) => ({
        ...named(profile, "InstanceProfileName", "InstanceProfileId"),
        tags: tagsIn(profile),
      })),
  };
}

function policyDetail(one: Place): PolicyDetail {
  const description = one.member("Description");
  return {
    ...named(one, "PolicyName", "PolicyId"),
    arn: policyArnIn(one.member("Arn")),
    ...(!description.isAbsent && description.value !== "" && { description: description.text() }),
    updatedAtMs: one.member("UpdateDate").time(),
    defaultVersionId: one.member("DefaultVersionId").text(),
    versions: one
      .member("PolicyVersionList")
      .list()
      .map((version) => ({
        versionId: checked(version.member("VersionId"), /^v[1-9]\d{0,8}$/, "a version id"),
        document: version.member("Document").document(),
        createdAtMs: version.member("CreateDate").time(),
      })),
  };
}
