import { collection } from "../collection.ts";

/** What an account wants of its users' passwords. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PasswordPolicy.html */
export interface PasswordPolicy {
  accountId: string;
  minimumLength: number;
  requiresSymbols: boolean;
  requiresNumbers: boolean;
  requiresUppercase: boolean;
  requiresLowercase: boolean;
  /** Every user may change his own password, whatever his policies allow. */
  allowsUsersToChange: boolean;
  /** Passwords expire so many days after they were set; absent: never. */
  maxAgeDays?: number;
  /** So many passwords, the one in force among them, cannot be set again. */
  reusePrevention?: number;
  /** Whoever lets his password expire cannot set another himself. */
  hasHardExpiry?: boolean;
}

/** Key [account id]. */
export const passwordPolicies = collection({
  name: "passwordPolicies",
  key: ({ accountId }: PasswordPolicy) => [accountId],
});
