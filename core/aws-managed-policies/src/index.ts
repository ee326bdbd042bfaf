export { createAwsManagedPolicies } from "./aws-managed-policies.ts";
export type { AwsManagedPolicies, AwsManagedPolicy, AwsPolicyVersion } from "./aws-managed-policies.ts";
