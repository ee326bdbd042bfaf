import { collection } from "../collection.ts";

/** A user's password. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_LoginProfile.html */
export interface LoginProfile {
  accountId: string;
  userId: string;
  createdAtMs: number;
  /** When the password in force was set: its age counts from here. */
  passwordChangedAtMs: number;
  /** Argon2id, with its parameters and salt (PHC string format). */
  passwordHash: string;
  /** Of the passwords before, newest first; as many as a policy can forbid to use again. */
  previousHashes: string[];
  /** The user must set a new password when he signs in next. */
  isResetRequired: boolean;
}

/** Key [account id, user id]: one at most a user. */
export const loginProfiles = collection({
  name: "loginProfiles",
  key: ({ accountId, userId }: LoginProfile) => [accountId, userId],
});
