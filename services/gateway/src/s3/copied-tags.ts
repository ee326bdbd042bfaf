import type { Check } from "@rolecall/access";
import type { OperationContext } from "@rolecall/pipeline";
import { bucketCheck } from "./checks.ts";
import { s3Context } from "./context-keys.ts";
import { readAnswer } from "./forward.ts";
import type { Forward } from "./forward.ts";
import { copiesTags } from "./input.ts";
import type { CopySource, S3Input } from "./input.ts";
import { s3Operations } from "./operations.ts";
import { taggingOf } from "./tagging.ts";

/** Ten tags in XML, and room. */
const maxTaggingBytes = 65_536;

/** Answers that say that there are no tags: no such object or tag set, and a store that has none at all. */
const withoutTags = new Set([404, 501]);

const tagRead = s3Operations.find(({ name }) => name === "GetObjectTagging");

async function hasTags(
  { bucket, key, versionId }: CopySource,
  input: S3Input,
  forward: Forward,
): Promise<boolean> {
  if (!tagRead) throw new Error("the table of S3 operations has no GetObjectTagging");
  const answer = await forward({
    row: tagRead,
    exchange: { ...input.exchange, request: { ...input.exchange.request, method: "GET", headers: [] } },
    bucket,
    key,
    query: new Map([
      ["tagging", ""],
      ...(versionId === undefined ? [] : [["versionId", versionId] as const]),
    ]),
    copySource: undefined,
  });
  const body = await readAnswer(answer, maxTaggingBytes);
  // What cannot be found out is taken for the worse.
  if (answer.statusCode !== 200) return !withoutTags.has(answer.statusCode ?? 0);
  try {
    return taggingOf(body).length > 0;
  } catch {
    return true;
  }
}

/**
 * What must be allowed beside a copy for its source's tags, which go with it unless it replaces them: reading them there
 * and putting them here. S3 asks for that where there are tags; only the upstream knows, and is asked when the answer
 * matters and the copy itself is allowed. Where there are none, none are copied that come meanwhile.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export async function copiedTagChecks(
  input: S3Input,
  copy: readonly Check[],
  context: OperationContext,
  forward: Forward,
): Promise<Check[]> {
  const { copySource, owned, sourceOwned } = input;
  if (!copiesTags(input) || !copySource || !owned || !sourceOwned) return [];
  const { access, caller, facts } = context;
  const entries = s3Context(input, context);
  const { versionId } = copySource;
  const checks = [
    bucketCheck(
      sourceOwned,
      copySource.key,
      versionId === undefined ? "s3:GetObjectTagging" : "s3:GetObjectVersionTagging",
      context,
      { ...entries, "s3:ResourceAccount": sourceOwned.accountId, "s3:VersionId": versionId },
    ),
    bucketCheck(owned, input.key, "s3:PutObjectTagging", context, entries),
  ];
  if ((await access.authorize(caller, checks, facts())).allowed) return checks;
  if (!(await access.authorize(caller, [...copy], facts())).allowed) return [];
  if (await hasTags(copySource, input, forward)) return checks;
  input.leavesTags = true;
  return [];
}
