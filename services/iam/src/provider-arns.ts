import { isAccountId, parseArn, parseProviderArn } from "@rolecall/identifiers";
import type { ProviderArn } from "@rolecall/identifiers";
import { InvalidInput, ValidationError } from "@rolecall/model";

const kinds = { "saml-provider": "a SAML provider", "oidc-provider": "an OpenID Connect provider" } as const;

/**
 * The account and name in the ARN of an identity provider.
 * @throws ValidationError for what is no ARN, InvalidInput (its sentence is ours) for an ARN of something else
 */
export function requireProviderArn(arn: string, type: ProviderArn["type"]): ProviderArn {
  // The two blanks are AWS's.
  if (!parseArn(arn)) throw ValidationError("Invalid ARN:  Could not be parsed!");
  const named = parseProviderArn(arn);
  if (named?.type !== type || !isAccountId(named.accountId))
    throw InvalidInput(`${arn} is not the ARN of ${kinds[type]}.`);
  return named;
}
