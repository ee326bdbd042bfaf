import { collection } from "../collection.ts";

export interface PolicyVersion {
  policyId: string;
  policyArn: string;
  /** `v1`, `v2`, … */
  versionId: string;
  versionNumber: number;
  /** JSON, byte for byte as it was given. */
  document: string;
  createdAtMs: number;
}

/** Key [policy id, version id], ordered by version number. */
export const policyVersions = collection({
  name: "policyVersions",
  key: ({ policyId, versionId }: PolicyVersion) => [policyId, versionId],
  canonical: [undefined, orderedVersionId],
  isCounted: true,
});

/** `v12` stands after `v2`. Anything else stays as it is and is not found. */
function orderedVersionId(versionId: string): string {
  return /^v\d{1,9}$/.test(versionId) ? `v${versionId.slice(1).padStart(10, "0")}` : versionId;
}
