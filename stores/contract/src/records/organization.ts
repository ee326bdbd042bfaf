import { collection } from "../collection.ts";

/** An organization of accounts of this installation. Its members name it: `Account.organizationId`. */
export interface Organization {
  /** `o-…` */
  organizationId: string;
  managementAccountId: string;
  createdAtMs: number;
  /** Central root access. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html#id_root-user-access-management */
  rootFeatures: ("RootCredentialsManagement" | "RootSessions")[];
  /** Service principals with trusted access, such as `iam.amazonaws.com`. */
  trustedServices: string[];
  delegatedAdministrators: { accountId: string; servicePrincipal: string }[];
}

/** Key [organization id]. */
export const organizations = collection({
  name: "organizations",
  key: ({ organizationId }: Organization) => [organizationId],
  unique: { byManagementAccount: ({ managementAccountId }) => [managementAccountId] },
});

/** The id of an organization's one root, `r-…`: it follows from the organization's own. */
export const organizationRootId = (organizationId: string): string => `r-${organizationId.slice(2, 6)}`;
