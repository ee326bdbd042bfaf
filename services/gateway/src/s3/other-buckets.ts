import type { Element } from "@xmldom/xmldom";
import { AccessDenied, awsError } from "@rolecall/model";
import type { OperationContext } from "@rolecall/pipeline";
import type { S3Input } from "./input.ts";
import { childrenOf, childText, parseS3Document } from "./s3-document.ts";

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

/** @throws AccessDenied, NotImplemented, MalformedXML */
export async function requireOwnTargets(
  input: S3Input,
  body: Uint8Array,
  { store }: OperationContext,
): Promise<void> {
  for (const name of targets[input.row.name]?.(body) ?? []) {
    const bucket = name === "" ? undefined : await store.read((tx) => tx.buckets.get(name));
    if (bucket?.accountId !== input.owned?.accountId) throw AccessDenied("Access Denied");
  }
}
