import { collection } from "../collection.ts";

/** An account's last credential report. */
export interface CredentialReport {
  accountId: string;
  /** When it was asked for, which is the moment it tells of. */
  generatedAtMs: number;
  /** CSV. */
  content: string;
}

/** Key [account id]. */
export const credentialReports = collection({
  name: "credentialReports",
  key: ({ accountId }: CredentialReport) => [accountId],
});
