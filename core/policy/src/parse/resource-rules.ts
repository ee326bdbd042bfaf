import type { ProblemCode } from "./problems.ts";

const partitions: readonly string[] = [
  "aws",
  "aws-cn",
  "aws-us-gov",
  "aws-iso",
  "aws-iso-b",
  "aws-iso-e",
  "aws-iso-f",
  "aws-eusc",
];

/** As the sentence INVALID_IAM_RESOURCE lists them. */
const iamTypes: readonly string[] = [
  "user/",
  "federated-user/",
  "role/",
  "group/",
  "instance-profile/",
  "mfa/",
  "server-certificate/",
  "policy/",
  "sms-mfa/",
  "saml-provider/",
  "oidc-provider/",
  "report/",
  "access-report/",
];

/** Types that came after that sentence; IAM authorizes actions on them, so policies must be able to name them. */
const newerIamTypes: readonly string[] = ["delegation-request/", "role-template/"];

const hasWildcard = (text: string) => text.includes("*") || text.includes("?");

/**
 * Checks the ARN form of one Resource.
 *
 * @returns what is wrong with it, if anything
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function checkResource(resource: string): ProblemCode | undefined {
  if (resource === "*") return undefined;
  const [prefix, partition = "", service = "", region = "", , ...rest] = resource.split(":");
  if (prefix !== "arn" || !resource.includes(":")) return "INVALID_ARN_PREFIX";
  const hasAllParts = rest.length > 0;
  if (!hasAllParts && !resource.endsWith("*")) return "MISSING_ARN_FIELD";
  if (!partitions.includes(partition) && !hasWildcard(partition)) return "INVALID_PARTITION";
  if (service === "" || hasWildcard(service)) return "INVALID_ARN_SERVICE";
  if (!hasAllParts) return undefined;
  const name = rest.join(":");
  if (service === "iam") {
    if (region !== "") return "IAM_REGION_NOT_ALLOWED";
    // The root user is no type of that list, but sts:AssumeRoot acts on it and AWS's own policies name it.
    if (
      name !== "*" &&
      name !== "root" &&
      ![...iamTypes, ...newerIamTypes].some((type) => name.startsWith(type))
    )
      return "INVALID_IAM_RESOURCE";
  }
  // Access points and the like have a Region, buckets have none.
  const isS3Bucket = service === "s3" && !s3RegionalTypes.some((type) => name.startsWith(type));
  return isS3Bucket && region !== "" && region !== "*" ? "S3_REGION_NOT_ALLOWED" : undefined;
}

const s3RegionalTypes: readonly string[] = [
  "accesspoint",
  "job/",
  "storage-lens",
  "async-request/",
  "access-grants",
];
