import { parseSamlMetadata } from "@rolecall/federation";
import { InvalidInput } from "@rolecall/model";
import type { OperationContext } from "@rolecall/pipeline";
import { requireQuota } from "../quotas.ts";

/**
 * Until when the provider is shown to hold: a hundred years from now, whatever its document says (recorded).
 *
 * @throws InvalidInput for what is no metadata of identity providers, LimitExceeded
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html#troubleshoot_saml_invalid-metadata
 */
export function requireMetadata(document: string, context: OperationContext): { validUntilMs: number } {
  const metadata = parseSamlMetadata(document);
  // AWS's sentence ends after its first three words.
  if (!metadata.ok) throw InvalidInput(`Could not parse metadata: ${metadata.problems.join("; ")}.`);
  requireQuota("IdentityProvidersPerSAMLProvider", metadata.identityProviders.length, context);
  const certificates = metadata.identityProviders.flatMap(({ signingCertificates }) =>
    signingCertificates.map(({ sha256 }) => sha256),
  );
  requireQuota("KeysPerSAMLProvider", new Set(certificates).size, context);
  return { validUntilMs: inAHundredYears(context.nowMs) };
}

function inAHundredYears(nowMs: number): number {
  const date = new Date(nowMs);
  return date.setUTCFullYear(date.getUTCFullYear() + 100);
}
