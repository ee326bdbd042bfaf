export { parseIssuerUrl } from "./oidc/issuer-url.ts";
export type { IssuerUrl } from "./oidc/issuer-url.ts";
export { parseSamlMetadata } from "./saml/metadata.ts";
export type { SamlIdentityProvider, SamlMetadata } from "./saml/metadata.ts";
export { samlPrivateKeyProblem } from "./saml/private-key.ts";
export type { SigningCertificate } from "./saml/signing-certificate.ts";
