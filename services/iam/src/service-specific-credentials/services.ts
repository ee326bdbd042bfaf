import { NoSuchEntity, ValidationError } from "@rolecall/model";

/**
 * The services that take credentials of their own: a user name with a password, or an API key, which is what has a
 * prefix. Observed, recorded 09/2026.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_api_keys_for_aws_services.html
 */
const services = {
  "codecommit.amazonaws.com": {},
  "cassandra.amazonaws.com": {},
  "bedrock.amazonaws.com": { apiKeyPrefix: "ABSK" },
  "logs.amazonaws.com": { apiKeyPrefix: "ACWL" },
  "cloudwatch.amazonaws.com": { apiKeyPrefix: "APIAACWM" },
  "aws-external-anthropic.amazonaws.com": { apiKeyPrefix: "AEAA" },
} satisfies Record<string, { apiKeyPrefix?: string }>;

const known: ReadonlyMap<string, { apiKeyPrefix?: string }> = new Map(Object.entries(services));

/** What an API key of the service begins with; undefined for a service that takes passwords. */
export const apiKeyPrefixOf = (serviceName: string): string | undefined =>
  known.get(serviceName)?.apiKeyPrefix;

/** The form under which a service is kept and compared; names come in any case. */
export const canonicalServiceName = (name: string): string => name.toLowerCase();

/** @throws ValidationError, NoSuchEntity */
export function requireService(name: string): string {
  if (!/^[a-zA-Z0-9.-]*$/.test(name)) throw ValidationError("ServiceName must match [a-zA-Z0-9.-]*");
  const canonical = canonicalServiceName(name);
  if (!known.has(canonical))
    throw NoSuchEntity(`No such service ${name} is supported for Service Specific Credentials`);
  return canonical;
}
