import * as changes from "./changes.ts";
import { CreateOpenIDConnectProvider } from "./CreateOpenIDConnectProvider.ts";
import * as reads from "./reads.ts";
import * as tags from "./tags.ts";

export const oidcProviderOperations = [
  CreateOpenIDConnectProvider,
  ...Object.values(reads),
  ...Object.values(changes),
  ...Object.values(tags),
];
