import type { Element } from "@xmldom/xmldom";
import { resourceTagContext } from "@rolecall/access";
import { parseEntityArn, roleArn } from "@rolecall/identifiers";
import { AccessDenied, awsError } from "@rolecall/model";
import type { OperationContext } from "@rolecall/pipeline";
import type { S3Input } from "./input.ts";
import { childrenOf, childText, malformedXml, parseS3Document } from "./s3-document.ts";

/**
 * Documents that make the store write into another bucket, with its own permission: there the gateway's own credentials
 * stand behind it, which may everything. So the other bucket must belong to the same account.
 */
const targets: Readonly<Record<string, (body: Uint8Array) => string[]>> = {
  PutBucketLogging: (body) =>
    within(parseS3Document(body, "BucketLoggingStatus"), "TargetBucket").map(textOf),
  PutBucketReplication: (body) =>
    within(parseS3Document(body, "ReplicationConfiguration"), "Destination").map(
      (destination) => arnPattern.exec(childText(destination, "Bucket") ?? "")?.[1] ?? "",
    ),
  RestoreObject(body) {
    if (body.length === 0) return [];
    const root = parseS3Document(body, "RestoreRequest");
    if (within(root, "OutputLocation").length > 0)
      throw awsError(
        "NotImplemented",
        400,
        "Rolecall does not implement OutputLocation in RestoreObject yet.",
      );
    return [];
  },
};

const arnPattern = /^arn:aws:s3:::([^/:]+)$/;
const textOf = (element: Element): string => element.textContent ?? "";

/** Elements with that name at any depth: of what a store would overlook it may do nothing, but not the reverse. */
function within(parent: Element, name: string): Element[] {
  const found = childrenOf(parent, name);
  for (const child of childrenOf(parent)) found.push(...within(child, name));
  return found;
}

/** Whether the operation's document may name other buckets. */
export const namesBuckets = ({ row }: S3Input): boolean => row.name in targets;

/** In whatever spelling a store may take for one; only the exact one names a role here. */
const iamArn = /^arn:[^:]*:iam:/i;

/** The role of IAM that a replication is to be done as. Stores have others of their own. */
function passedRole({ row }: S3Input, body: Uint8Array): string | undefined {
  if (row.name !== "PutBucketReplication") return undefined;
  const role = childText(parseS3Document(body, "ReplicationConfiguration"), "Role") ?? "";
  // Of what a store may trim, something else would be decided on.
  if (role !== role.trim()) throw malformedXml();
  return iamArn.test(role) ? role : undefined;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html */
async function requirePassing(
  role: string,
  { access, caller, facts, store }: OperationContext,
): Promise<void> {
  const named = parseEntityArn(role);
  if (named?.type !== "role") throw malformedXml();
  const record = await store.read((tx) => tx.roles.get(named.accountId, named.name));
  const isSame = record && roleArn(record.accountId, record.path, record.name) === role;
  const check = {
    action: "iam:PassRole",
    resource: role,
    resourceAccountId: named.accountId,
    context: {
      ...(isSame && resourceTagContext(record.tags)),
      "iam:PassedToService": "s3.amazonaws.com",
    },
  };
  const decided = await access.authorize(caller, [check], facts());
  if (!decided.allowed) throw AccessDenied(decided.sentence);
}

/** @throws AccessDenied, NotImplemented, MalformedXML */
export async function requireOwnTargets(
  input: S3Input,
  body: Uint8Array,
  context: OperationContext,
): Promise<void> {
  const { store } = context;
  const role = passedRole(input, body);
  if (role !== undefined) await requirePassing(role, context);
  for (const name of targets[input.row.name]?.(body) ?? []) {
    const bucket = name === "" ? undefined : await store.read((tx) => tx.buckets.get(name));
    if (!bucket || bucket.accountId !== input.owned?.accountId) throw AccessDenied("Access Denied");
  }
}
