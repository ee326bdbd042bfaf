import { GenerateCredentialReport } from "./GenerateCredentialReport.ts";
import { GetCredentialReport } from "./GetCredentialReport.ts";

/** The credentials of an account's users, in one table. */
export const credentialReportOperations = [GenerateCredentialReport, GetCredentialReport];
