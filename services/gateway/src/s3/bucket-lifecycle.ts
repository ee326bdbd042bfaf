import { AwsError, awsError } from "@rolecall/model";
import { emptyBody } from "./handler.ts";
import type { S3Handler } from "./handler.ts";
import { relayed } from "./forward.ts";
import { defaultRegion, locationConstraint } from "./location.ts";
import { noSuchBucket } from "./checks.ts";

const isSuccess = (status: number | undefined): boolean =>
  status !== undefined && status >= 200 && status < 300;

const anothers = (): AwsError =>
  awsError(
    "BucketAlreadyExists",
    409,
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
  );

/**
 * The name is reserved in our store before the upstream is asked, so that of two accounts one gets it. What the
 * upstream then refuses is released again.
 *
 * A server killed in between leaves a reservation; its account may go on from there, nobody else.
 */
export const createBucket: S3Handler = async (input, context, forward) => {
  const { store, caller, nowMs } = context;
  const name = input.bucket ?? "";
  const reserved = {
    name,
    accountId: caller.accountId,
    region: locationConstraint(input) ?? defaultRegion,
    createdAtMs: nowMs,
    state: "reserved" as const,
  };
  await store.write(async (tx) => {
    const existing = await tx.buckets.get(name);
    if (existing && existing.accountId !== caller.accountId) throw anothers();
    if (existing?.state === "ready")
      throw awsError(
        "BucketAlreadyOwnedByYou",
        409,
        "Your previous request to create the named bucket succeeded and you already own it.",
      );
    await tx.buckets.put(reserved);
  });
  try {
    const body = input.body ?? new Uint8Array();
    const answer = await forward(input, undefined, { body });
    if (isSuccess(answer.statusCode)) {
      const isOurs = await store.write(async (tx) => {
        const now = await tx.buckets.get(name);
        // Another request of ours may have failed and given the name up, and it is somebody's now.
        if (now && now.accountId !== caller.accountId) return false;
        await tx.buckets.put({ ...reserved, state: "ready" });
        return true;
      });
      if (isOurs) return relayed(answer, input);
      answer.resume();
      throw anothers();
    }
    await release(context, name);
    return relayed(answer, input);
  } catch (error) {
    // Whether the upstream made it is not known when it fell silent: then the name stays ours to try again.
    if (error instanceof AwsError && error.status < 500) await release(context, name);
    throw error;
  }
};

async function release({ store, caller }: Parameters<S3Handler>[1], name: string): Promise<void> {
  await store.write(async (tx) => {
    const bucket = await tx.buckets.get(name);
    if (bucket?.state === "reserved" && bucket.accountId === caller.accountId) await tx.buckets.delete(name);
  });
}

/** With the bucket goes its policy: another bucket of that name begins without. */
export const deleteBucket: S3Handler = async (input, context, forward) => {
  const answer = await forward(input);
  // A bucket that the upstream lost is gone for us, too.
  if (isSuccess(answer.statusCode) || answer.statusCode === 404)
    await context.store.write(async (tx) => {
      const bucket = await tx.buckets.get(input.bucket ?? "");
      // Somebody may have made another of that name meanwhile.
      const isSame =
        bucket?.accountId === input.owned?.accountId && bucket?.createdAtMs === input.owned?.createdAtMs;
      if (bucket && isSame) await tx.buckets.delete(bucket.name);
    });
  if (answer.statusCode === 404) {
    answer.resume();
    throw noSuchBucket();
  }
  return relayed(answer, input);
};

/** Answered from our store; the upstream knows neither owners nor regions. */
export const headBucket: S3Handler = async ({ owned, exchange }) =>
  emptyBody(200, exchange, [["x-amz-bucket-region", owned?.region ?? defaultRegion]]);
