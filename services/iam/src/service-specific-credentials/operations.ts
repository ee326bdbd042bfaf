import { CreateServiceSpecificCredential } from "./CreateServiceSpecificCredential.ts";
import { ListServiceSpecificCredentials } from "./ListServiceSpecificCredentials.ts";
import * as manage from "./manage.ts";

/** Passwords and API keys of users for single services. */
export const serviceSpecificCredentialOperations = [
  CreateServiceSpecificCredential,
  ListServiceSpecificCredentials,
  ...Object.values(manage),
];
