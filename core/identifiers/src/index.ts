export {
  assumedRoleArn,
  bucketArn,
  federatedUserArn,
  formatArn,
  groupArn,
  instanceProfileArn,
  objectArn,
  parseArn,
  parseEntityArn,
  partition,
  policyArn,
  roleArn,
  rootArn,
  serverCertificateArn,
  userArn,
} from "./arn.ts";
export type { Arn, EntityArn } from "./arn.ts";
export { isAccountId } from "./account-id.ts";
export { foldName } from "./names.ts";
export { accountOfId, idPrefixes, newAccessKeyId, newUniqueId } from "./unique-id.ts";
export type { IdPrefix, Random } from "./unique-id.ts";
