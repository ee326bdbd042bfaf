import { patternCodes, textMatcher } from "../match/wildcard.ts";

/**
 * Actions of Amazon S3 on objects, in lower case; all others are on buckets.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
const objectActions = (
  "AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectTagging DeleteObjectVersion " +
  "DeleteObjectVersionTagging GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention " +
  "GetObjectTagging GetObjectTorrent GetObjectVersion GetObjectVersionAcl GetObjectVersionAttributes " +
  "GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent InitiateReplication " +
  "ListMultipartUploadParts ObjectOwnerOverrideToBucketOwner PutObject PutObjectAcl PutObjectLegalHold " +
  "PutObjectRetention PutObjectTagging PutObjectVersionAcl PutObjectVersionTagging ReplicateDelete ReplicateObject " +
  "ReplicateTags RestoreObject UpdateObjectEncryption"
)
  .split(" ")
  .map((name) => `s3:${name.toLowerCase()}`);

/** Whether an action pattern can match an action on objects, and whether one on buckets. */
export function s3Reach(action: string): { objects: boolean; buckets: boolean } {
  const pattern = action.toLowerCase();
  if (!pattern.includes("*") && !pattern.includes("?")) {
    const objects = objectActions.includes(pattern);
    return { objects, buckets: !objects };
  }
  const matches = textMatcher(patternCodes(pattern));
  // A wildcard may always reach some bucket action; to know better would need the list of them all.
  return { objects: objectActions.some(matches), buckets: true };
}
