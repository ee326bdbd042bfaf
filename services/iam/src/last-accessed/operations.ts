import { GenerateOrganizationsAccessReport } from "./GenerateOrganizationsAccessReport.ts";
import { GenerateServiceLastAccessedDetails } from "./GenerateServiceLastAccessedDetails.ts";
import { GetOrganizationsAccessReport } from "./GetOrganizationsAccessReport.ts";
import { GetServiceLastAccessedDetails } from "./GetServiceLastAccessedDetails.ts";
import { GetServiceLastAccessedDetailsWithEntities } from "./GetServiceLastAccessedDetailsWithEntities.ts";
import { ListPoliciesGrantingServiceAccess } from "./ListPoliciesGrantingServiceAccess.ts";

/** What was used when. */
export const lastAccessedOperations = [
  GenerateServiceLastAccessedDetails,
  GetServiceLastAccessedDetails,
  GetServiceLastAccessedDetailsWithEntities,
  ListPoliciesGrantingServiceAccess,
  GenerateOrganizationsAccessReport,
  GetOrganizationsAccessReport,
];
