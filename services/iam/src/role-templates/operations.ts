import { GetAccountProperties, PutAccountProperties } from "./account-properties.ts";
import { AcquireRole } from "./AcquireRole.ts";
import { GetRoleTemplateVersion } from "./GetRoleTemplateVersion.ts";

/** Roles that AWS's role templates make, and the account's property that lets services make them. */
export const roleTemplateOperations = [
  AcquireRole,
  GetRoleTemplateVersion,
  GetAccountProperties,
  PutAccountProperties,
];
