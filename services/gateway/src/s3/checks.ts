import type { Check } from "@rolecall/access";
import { bucketArn, objectArn } from "@rolecall/identifiers";
import { AccessDenied, awsError } from "@rolecall/model";
import type { AwsError } from "@rolecall/model";
import { header } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import type { HttpRequestHead } from "@rolecall/sigv4";
import type { Bucket } from "@rolecall/store-contract";
import { bufferedBody } from "../body.ts";
import { s3Context } from "./context-keys.ts";
import type { CopySource, S3Input } from "./input.ts";
import { locationConstraint } from "./location.ts";
import { lockDocuments } from "./object-lock.ts";
import { taggingDocument, taggingOf } from "./tagging.ts";

export const noSuchBucket = (): AwsError =>
  awsError("NoSuchBucket", 404, "The specified bucket does not exist");

/**
 * Bucket names are global and public, so this is said before anything is decided.
 * @param ownerHeader  by which a client says whose he expects it to be: the upstream knows no owners
 * @throws NoSuchBucket, AccessDenied
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 */
export async function requireBucket(
  name: string,
  { store, exchange }: OperationContext,
  ownerHeader = "x-amz-expected-bucket-owner",
): Promise<Bucket> {
  const bucket = await store.read((tx) => tx.buckets.get(name));
  if (bucket?.state !== "ready") throw noSuchBucket();
  const expected = header(exchange.request, ownerHeader);
  if (expected !== undefined && expected !== bucket.accountId) throw AccessDenied("Access Denied");
  return bucket;
}

const policyOperations = new Set(["GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"]);

/** One check on a bucket or an object of it, decided with the owner and the policy of that bucket. */
export function bucketCheck(
  bucket: Bucket,
  key: string | undefined,
  action: string,
  context: OperationContext,
  entries: Check["context"],
): Check {
  const { caller } = context;
  const resource = key === undefined ? bucketArn(bucket.name) : objectArn(bucket.name, key);
  return {
    action,
    resource,
    shownAs: `"${resource}"`,
    resourceAccountId: bucket.accountId,
    resourcePolicyType: "resource",
    resourcePolicy: bucket.policy,
    ...(entries && { context: entries }),
    // Strangers are told no reason.
    ...(caller.accountId !== bucket.accountId && { sentence: "Access Denied" }),
  };
}

/** Permissions that some headers of an upload ask for, beside the operation's own. */
const headerActions: readonly { headers: RegExp; action: string }[] = [
  { headers: /^x-amz-(?:acl|grant-.*)$/, action: "s3:PutObjectAcl" },
  { headers: /^x-amz-object-lock-(?:mode|retain-until-date)$/, action: "s3:PutObjectRetention" },
  { headers: /^x-amz-object-lock-legal-hold$/, action: "s3:PutObjectLegalHold" },
  { headers: /^x-amz-bypass-governance-retention$/, action: "s3:BypassGovernanceRetention" },
];

/**
 * Whether a write tells its caller the object's ETag: it does it only if that is, or is not, what he says.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
 */
const isOnETag = ({ headers }: HttpRequestHead): boolean =>
  headers.some(([name, value]) => /^if-(?:none-)?match$/i.test(name) && value.trim() !== "*");

function askedByHeaders({ exchange, row, tags }: S3Input): string[] {
  if (row.readOnly || row.level !== "object") return [];
  const names = exchange.request.headers.map(([name]) => name.toLowerCase());
  const actions = headerActions
    .filter(({ headers }) => names.some((name) => headers.test(name)))
    .map(({ action }) => action);
  if (tags) actions.push("s3:PutObjectTagging");
  if (isOnETag(exchange.request)) actions.push("s3:GetObject");
  return actions.filter((action) => action !== row.action);
}

/** Documents that a decision is made on; more is refused. */
const maxDocumentBytes = 65_536;

/**
 * Everything that must be allowed for a request, in the order it is reported.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export async function s3Checks(input: S3Input, context: OperationContext): Promise<Check[]> {
  const { row, bucket } = input;
  if (bucket === undefined)
    return [
      {
        action: row.action,
        resource: "arn:aws:s3:::*",
        resourceAccountId: ownAccount(context),
        context: s3Context(input, context),
      },
    ];
  if (row.name === "CreateBucket") return creationChecks(input, bucket, context);

  // Known before the document is waited for: there may be no such bucket. Read again afterwards.
  input.owned = await requireBucket(bucket, context);
  await readDocument(input, context);
  const owned = await requireBucket(bucket, context);
  input.owned = owned;
  // The source is looked up before anything is decided, too: bucket names are no secret.
  if (input.copySource)
    input.sourceOwned = await requireBucket(
      input.copySource.bucket,
      context,
      "x-amz-source-expected-bucket-owner",
    );
  const entries = s3Context(input, context);
  const check = (action: string): Check => bucketCheck(owned, input.key, action, context, entries);
  const isVersioned = row.versionAction !== undefined && input.query.has("versionId");
  const main = check(isVersioned ? (row.versionAction ?? row.action) : row.action);

  const { principal, accountId } = context.caller;
  const isOwnersRoot =
    (principal.kind === "root" || principal.kind === "assumed-root") && accountId === owned.accountId;
  if (policyOperations.has(row.name) && isOwnersRoot) {
    // Documented: the owner's root user may always repair a policy that locks everybody out, and so may a session of
    // AssumeRoot for that task.
    const { resourcePolicy: _ignored, ...repair } = main;
    return [repair];
  }
  const checks = [main, ...askedByHeaders(input).map(check)];
  if (row.name === "GetObjectAttributes")
    checks.push(check(isVersioned ? "s3:GetObjectVersionAttributes" : "s3:GetObjectAttributes"));
  if (input.copySource && input.sourceOwned)
    checks.push(sourceCheck(input.copySource, input.sourceOwned, context, entries));
  return checks;
}

/** Documents that are in the context of the decision are read before it, and written anew. */
async function readDocument(input: S3Input, { signature }: OperationContext): Promise<void> {
  const { row, exchange } = input;
  const lockOf = lockDocuments[row.name];
  if (input.body || (row.name !== "PutObjectTagging" && !lockOf)) return;
  const sent = await bufferedBody(exchange, signature, maxDocumentBytes);
  if (lockOf) Object.assign(input, lockOf(sent));
  else input.body = taggingDocument(taggingOf(sent));
}

/**
 * Decides again, as things stand now, on a request whose document has been waited for: the client decides how long that
 * takes, and only then what he wants.
 * @throws AccessDenied
 */
export async function requireStillAllowed(input: S3Input, context: OperationContext): Promise<void> {
  const { access, caller } = context;
  const decided = await access.authorize(caller, await s3Checks(input, context), context.facts());
  if (!decided.allowed) throw AccessDenied(decided.sentence);
}

/** Reading what is copied is decided on its own: with the source's owner and the source's policy. */
function sourceCheck(
  { key, versionId }: CopySource,
  owned: Bucket,
  context: OperationContext,
  entries: Check["context"],
): Check {
  const action = versionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion";
  return bucketCheck(owned, key, action, context, {
    ...entries,
    "s3:ResourceAccount": owned.accountId,
    "s3:VersionId": versionId,
  });
}

/** Nobody's account owns what an anonymous caller asks for without naming a bucket. */
const ownAccount = ({ caller }: OperationContext): string | undefined =>
  caller.principal.kind === "anonymous" ? undefined : caller.accountId;

async function creationChecks(input: S3Input, bucket: string, context: OperationContext): Promise<Check[]> {
  input.body = await bufferedBody(input.exchange, context.signature, maxDocumentBytes);
  const { request } = input.exchange;
  const resource = bucketArn(bucket);
  const common = {
    resource,
    shownAs: `"${resource}"`,
    resourceAccountId: ownAccount(context),
    context: { ...s3Context(input, context), "s3:LocationConstraint": locationConstraint(input) },
    ...(context.caller.principal.kind === "anonymous" && { sentence: "Access Denied" }),
  };
  const acl = header(request, "x-amz-acl");
  const grants = request.headers.some(([name]) => name.toLowerCase().startsWith("x-amz-grant-"));
  const actions = ["s3:CreateBucket"];
  // `private` is what a bucket is anyway.
  if ((acl !== undefined && acl !== "private") || grants) actions.push("s3:PutBucketAcl");
  if (header(request, "x-amz-bucket-object-lock-enabled")?.toLowerCase() === "true")
    actions.push("s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning");
  if (header(request, "x-amz-object-ownership") !== undefined) actions.push("s3:PutBucketOwnershipControls");
  return actions.map((action) => ({ action, ...common }));
}
