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

/**
 * Newer than the sentence: the root user of sts:AssumeRoot, sessions, delegation requests and what AWS itself owns.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html#awsidentityandaccessmanagementiam-resources-for-iam-policies
 */
const newerIamTypes: readonly string[] = [
  "assumed-role/",
  "delegation-request/",
  "role-template/",
  "contextProvider/",
];

const isIamResource = (name: string) =>
  name === "*" ||
  name === "root" ||
  iamTypes.some((type) => name.startsWith(type)) ||
  newerIamTypes.some((type) => name.startsWith(type));

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
    if (!isIamResource(name)) return "INVALID_IAM_RESOURCE";
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
