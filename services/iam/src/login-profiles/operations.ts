import { ChangePassword } from "./ChangePassword.ts";
import { CreateLoginProfile } from "./CreateLoginProfile.ts";
import { DeleteLoginProfile } from "./DeleteLoginProfile.ts";
import { GetLoginProfile } from "./GetLoginProfile.ts";
import * as passwordPolicy from "./password-policy.ts";
import { UpdateLoginProfile } from "./UpdateLoginProfile.ts";

/** Passwords of users, and the account's rules for them. */
export const loginProfileOperations = [
  ChangePassword,
  CreateLoginProfile,
  DeleteLoginProfile,
  GetLoginProfile,
  UpdateLoginProfile,
  ...Object.values(passwordPolicy),
];
