import { isAccountId, parseArn, parseProviderArn } from "@rolecall/identifiers";
import type { ProviderArn } from "@rolecall/identifiers";
import { ValidationError } from "@rolecall/model";

/**
 * The account and name in the ARN of an identity provider.
 * @throws ValidationError for what is no ARN, and for an ARN of something else
 */
export function requireProviderArn(arn: string, type: ProviderArn["type"]): ProviderArn {
  const parts = parseArn(arn);
  // The two blanks are AWS's.
  if (!parts) throw ValidationError("Invalid ARN:  Could not be parsed!");
  if (parts.service !== "iam") throw ValidationError("Invalid service in ARN");
  if (!parts.resource.startsWith(`${type}/`)) throw ValidationError("Invalid resource type in ARN");
  const named = parseProviderArn(arn);
  if (!named || !isAccountId(named.accountId)) throw ValidationError("Invalid ARN");
  return named;
}
