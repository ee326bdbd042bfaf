import { foldName } from "@rolecall/identifiers";
import { collection } from "../collection.ts";
import type { Tag } from "./tag.ts";

/**
 * Whose OpenID Connect tokens an account accepts.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc.html
 */
export interface OidcProvider {
  accountId: string;
  /** The issuer without its scheme, as it was given: `idp.example.com/realms/main`. A slash at the end is part of it. */
  url: string;
  createdAtMs: number;
  /** Audiences, in the order they were given. */
  clientIds: string[];
  /** SHA-1 of certificates, in hex, as and in the order they were given. */
  thumbprints: string[];
  tags: Tag[];
}

/** Key [account id, URL]: unique whatever its case. */
export const oidcProviders = collection({
  name: "oidcProviders",
  key: ({ accountId, url }: OidcProvider) => [accountId, url],
  canonical: [undefined, foldName],
  isCounted: true,
});
