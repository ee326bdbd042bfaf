export {
  assumedRoleArn,
  bucketArn,
  federatedUserArn,
  formatArn,
  groupArn,
  instanceProfileArn,
  objectArn,
  oidcProviderArn,
  parseArn,
  parseEntityArn,
  parseProviderArn,
  partition,
  policyArn,
  roleArn,
  rootArn,
  serverCertificateArn,
  samlProviderArn,
  userArn,
} from "./arn.ts";
export type { Arn, EntityArn, ProviderArn } from "./arn.ts";
export { bySecond } from "./by-second.ts";
export { isAccountId } from "./account-id.ts";
export { foldName } from "./names.ts";
export { accountOfId, idPrefixes, newAccessKeyId, newSamlId, newUniqueId } from "./unique-id.ts";
export type { IdPrefix, Random } from "./unique-id.ts";
