import { bindPrincipals, displayPolicy } from "@rolecall/access";
import { bucketArn } from "@rolecall/identifiers";
import { awsError } from "@rolecall/model";
import type { AwsError } from "@rolecall/model";
import type { OperationContext } from "@rolecall/pipeline";
import { contextKeysOf, parsePolicy } from "@rolecall/policy";
import type { Policy } from "@rolecall/policy";
import type { Bucket, StoredPolicy } from "@rolecall/store-contract";
import { bufferedBody } from "../body.ts";
import { noSuchBucket, requireStillAllowed } from "./checks.ts";
import { emptyBody } from "./handler.ts";
import type { S3Handler } from "./handler.ts";
import type { S3Input } from "./input.ts";

// Bucket policies are the gateway's own: validated, kept and evaluated here, and never forwarded. A store behind
// us that evaluated them too would judge our own credentials by them.

/** Bytes. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
const maxPolicyBytes = 20_480;

const malformed = (message: string): AwsError => awsError("MalformedPolicy", 400, message);

/** Documented: who is of another account is refused even when a policy allows him. */
function requireOwner({ owned }: S3Input, { caller }: OperationContext): Bucket {
  if (!owned) throw noSuchBucket();
  if (caller.accountId !== owned.accountId)
    throw awsError("MethodNotAllowed", 405, "The specified method is not allowed against this resource.");
  return owned;
}

/** Keys that the gateway cannot know: a Deny on them would not hold, so they are not accepted at all. */
const unknownKeys = ["s3:existingobjecttag/"];

function requireKnownKeys(policy: Policy): void {
  for (const key of contextKeysOf(policy))
    if (unknownKeys.some((prefix) => key.toLowerCase().startsWith(prefix)))
      throw awsError(
        "NotImplemented",
        400,
        `Rolecall does not implement the condition key ${key} yet, so it refuses the policy.`,
      );
}

/** The bucket as it stands when the change is made: it may be gone by then, or another's. */
async function change(
  input: S3Input,
  { store }: OperationContext,
  edit: (bucket: Bucket) => Promise<Bucket> | Bucket,
): Promise<void> {
  await store.write(async (tx) => {
    const bucket = await tx.buckets.get(input.bucket ?? "");
    if (bucket?.state !== "ready" || bucket.accountId !== input.owned?.accountId) throw noSuchBucket();
    await tx.buckets.put(await edit(bucket));
  });
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
export const putBucketPolicy: S3Handler = async (input, context) => {
  requireOwner(input, context);
  const body = await bufferedBody(input.exchange, context.signature, 4 * maxPolicyBytes);
  await requireStillAllowed(input, context);
  const bucket = requireOwner(input, context);
  if (body.length > maxPolicyBytes) throw malformed(`Policies must be at most ${maxPolicyBytes} bytes.`);
  const document = body.toString("utf8");
  const parsed = parsePolicy(document, "resource", { sentences: "s3", resourceArn: bucketArn(bucket.name) });
  if (!parsed.ok)
    throw malformed(
      parsed.problems[0]?.message ?? "Policies must be valid JSON and the first byte must be '{'",
    );
  requireKnownKeys(parsed.policy);
  const policy: StoredPolicy = await context.store.read(async (tx) => {
    const bound = await bindPrincipals(tx, parsed.policy);
    if (!bound.ok) throw malformed("Invalid principal in policy");
    return { document, principalIds: bound.principalIds };
  });
  await change(input, context, (stored) => ({ ...stored, policy }));
  return emptyBody(204, input.exchange);
};

/** As it was saved; principals that were deleted since show as their unique ids. */
export const getBucketPolicy: S3Handler = async (input, context) => {
  const { policy } = requireOwner(input, context);
  if (!policy) throw awsError("NoSuchBucketPolicy", 404, "The bucket policy does not exist");
  const shown = await context.store.read((tx) => displayPolicy(tx, policy));
  const { requestId } = input.exchange;
  return {
    status: 200,
    headers: [
      ["Content-Type", "application/json"],
      ["x-amz-request-id", requestId],
    ],
    body: shown,
  };
};

/** Deleting what is not there is no error. */
export const deleteBucketPolicy: S3Handler = async (input, context) => {
  requireOwner(input, context);
  await change(input, context, ({ policy: _gone, ...rest }) => rest);
  return emptyBody(204, input.exchange);
};
