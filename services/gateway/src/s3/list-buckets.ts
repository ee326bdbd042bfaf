import { createHash } from "node:crypto";
import { awsError } from "@rolecall/model";
import { xmlText } from "@rolecall/protocol";
import type { Bucket, ReadTx } from "@rolecall/store-contract";
import type { S3Handler } from "./handler.ts";
import { defaultRegion } from "./location.ts";
import { xmlAnswer } from "./s3-xml.ts";

const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const maxBuckets = 10_000;

/** S3's other name of an account: 64 hexadecimal digits. Ours follow from the account id. */
const canonicalUserId = (accountId: string): string =>
  createHash("sha256").update(`s3 ${accountId}`).digest("hex");

async function bucketsOf(tx: ReadTx, accountId: string): Promise<Bucket[]> {
  const entries = await tx.buckets.listBy("byAccount", [accountId], { limit: maxBuckets });
  return entries.map(({ record }) => record).filter(({ state }) => state === "ready");
}

/**
 * The buckets of the caller's account, from our store: an upstream knows no owners.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
 */
export const listBuckets: S3Handler = async ({ query, exchange }, { store, caller }) => {
  const prefix = query.get("prefix") ?? "";
  const region = query.get("bucket-region");
  const limit = Number(query.get("max-buckets") ?? maxBuckets);
  if (!Number.isInteger(limit) || limit < 1 || limit > maxBuckets)
    throw awsError(
      "InvalidArgument",
      400,
      `Argument max-buckets must be an integer between 1 and ${maxBuckets}`,
    );
  const after = Buffer.from(query.get("continuation-token") ?? "", "base64url").toString("utf8");
  const all = await store.read((tx) => bucketsOf(tx, caller.accountId));
  const matching = all.filter(
    (bucket) =>
      bucket.name.startsWith(prefix) &&
      bucket.name > after &&
      (region === undefined || bucket.region === region),
  );
  const page = matching.slice(0, limit);
  const last = page.at(-1);
  const token =
    page.length < matching.length && last
      ? `<ContinuationToken>${Buffer.from(last.name).toString("base64url")}</ContinuationToken>`
      : "";
  const buckets = page
    .map(
      ({ name, createdAtMs, region: at }) =>
        `<Bucket><Name>${name}</Name><CreationDate>${new Date(createdAtMs).toISOString()}</CreationDate><BucketRegion>${at}</BucketRegion></Bucket>`,
    )
    .join("");
  const owner = `<Owner><ID>${canonicalUserId(caller.accountId)}</ID></Owner>`;
  const echoed = prefix === "" ? "" : `<Prefix>${xmlText(prefix)}</Prefix>`;
  return xmlAnswer(
    200,
    `<ListAllMyBucketsResult ${namespace}>${owner}<Buckets>${buckets}</Buckets>${echoed}${token}</ListAllMyBucketsResult>`,
    exchange,
  );
};

/** Empty for the region that had no name once. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export const getBucketLocation: S3Handler = async ({ owned, exchange }) => {
  const region = owned?.region === defaultRegion ? "" : (owned?.region ?? "");
  return xmlAnswer(200, `<LocationConstraint ${namespace}>${region}</LocationConstraint>`, exchange);
};
