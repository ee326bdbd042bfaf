import type { Operation, Service } from "@rolecall/pipeline";
import { anyOperation } from "@rolecall/pipeline";
import type { EventDetails, Exchange, WireResponse } from "@rolecall/pipeline";
import { bucketArn, objectArn } from "@rolecall/identifiers";
import type { Upstream } from "../upstream.ts";
import { hostBucket } from "./address.ts";
import { createBucket, deleteBucket, headBucket } from "./bucket-lifecycle.ts";
import { deleteBucketPolicy, getBucketPolicy, putBucketPolicy } from "./bucket-policy.ts";
import { requireBucket, s3Checks } from "./checks.ts";
import { copiedTagChecks } from "./copied-tags.ts";
import { deleteObjects } from "./delete-objects.ts";
import { createForward } from "./forward.ts";
import type { Forward } from "./forward.ts";
import type { S3Handler } from "./handler.ts";
import { inputOf } from "./input.ts";
import type { S3Input } from "./input.ts";
import { getBucketLocation, listBuckets } from "./list-buckets.ts";
import { forwarded, readObject } from "./objects.ts";
import { s3Operations } from "./operations.ts";
import type { S3OperationRow } from "./operations.ts";
import { s3Error } from "./s3-xml.ts";

/** Operations that are more than forwarding. */
const handlers: Readonly<Record<string, S3Handler>> = {
  ListBuckets: listBuckets,
  CreateBucket: createBucket,
  DeleteBucket: deleteBucket,
  HeadBucket: headBucket,
  GetBucketLocation: getBucketLocation,
  GetBucketPolicy: getBucketPolicy,
  PutBucketPolicy: putBucketPolicy,
  DeleteBucketPolicy: deleteBucketPolicy,
  DeleteObjects: deleteObjects,
  GetObject: readObject,
  GetObjectAttributes: readObject,
  HeadObject: readObject,
};

/**
 * S3: every operation of the table is decided here and then answered from our store or forwarded. What the table
 * does not have is refused.
 * @param now  real time, for signing what is forwarded
 */
export function s3Service({ upstream, now }: { upstream: Upstream; now: () => number }): Service {
  const forward = createForward(upstream, now);
  const byName = new Map(s3Operations.map((row) => [row.name, s3Operation(row, forward)]));
  return {
    id: "s3",
    actionPrefix: "s3",
    signing: "s3",
    signingNames: ["s3"],
    eventSource: "s3.amazonaws.com",
    homeRegion: undefined,
    bufferBytes: undefined,
    virtualHostBucket: ({ request }) => hostBucket(request),
    name(exchange) {
      const { row } = inputOf(exchange);
      const operation = byName.get(row.name);
      if (!operation) throw new Error(`${row.name} is in the table and has no operation`);
      return operation;
    },
    encodeError(exchange, error) {
      const response = s3Error(error, exchange);
      const region = regions.get(exchange);
      // Clients that ask in the wrong region, or without credentials, learn the right one from the refusal.
      if (region !== undefined && exchange.request.method === "HEAD")
        response.headers.push(["x-amz-bucket-region", region]);
      return response;
    },
  };
}

/** Region of the bucket that a request named, for its error answer. */
const regions = new WeakMap<Exchange, string>();

function s3Operation(row: S3OperationRow, forward: Forward): Operation {
  const handle = handlers[row.name] ?? forwarded;
  return anyOperation<S3Input, WireResponse>({
    name: row.name,
    readOnly: row.readOnly,
    allowsUnsigned: true,
    decode: inputOf,
    async authorization(input, context) {
      // Decided key by key when its document has been read.
      if (row.name === "DeleteObjects") {
        input.owned = await requireBucket(input.bucket ?? "", context);
        return "none";
      }
      try {
        const checks = await s3Checks(input, context);
        return [...checks, ...(await copiedTagChecks(input, checks, context, forward))];
      } finally {
        if (input.owned) regions.set(input.exchange, input.owned.region);
      }
    },
    handle: (input, context) => handle(input, context, forward),
    encode: (response) => response,
    describe: (input) => describe(row, input),
  });
}

function describe(row: S3OperationRow, input: S3Input | undefined): EventDetails {
  if (!input) return { category: "Management" };
  const { bucket, key, owned, query, exchange } = input;
  const isData = row.level === "object" || row.name === "DeleteObjects" || row.name.startsWith("ListObject");
  const ownerId = owned?.accountId;
  return {
    requestParameters: {
      ...(bucket !== undefined && { bucketName: bucket }),
      ...(key !== undefined && { key }),
      ...Object.fromEntries(query),
      Host: exchange.request.headers.find(([name]) => name.toLowerCase() === "host")?.[1] ?? "",
    },
    responseElements: null,
    resources: [
      ...(bucket !== undefined && key !== undefined
        ? [{ type: "AWS::S3::Object", ARN: objectArn(bucket, key) }]
        : []),
      ...(bucket === undefined
        ? []
        : [
            {
              type: "AWS::S3::Bucket",
              ARN: bucketArn(bucket),
              ...(ownerId !== undefined && { accountId: ownerId }),
            },
          ]),
    ],
    ...(ownerId !== undefined && { sharedWith: [ownerId] }),
    category: isData ? "Data" : "Management",
  };
}
