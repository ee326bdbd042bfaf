import type { Route } from "../route.ts";
import { GetIssuerConfiguration, GetIssuerKeys } from "./discovery.ts";

const issuer = String.raw`^\/_rolecall\/issuers\/[0-9a-f-]{36}\/\.well-known\/`;

export const issuerRoutes: readonly Route[] = [
  { method: "GET", path: new RegExp(`${issuer}openid-configuration$`), operation: GetIssuerConfiguration },
  { method: "GET", path: new RegExp(String.raw`${issuer}jwks\.json$`), operation: GetIssuerKeys },
];
