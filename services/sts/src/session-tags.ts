import type { SessionClaims } from "@rolecall/credentials";
import { InvalidParameterValue } from "@rolecall/model";

export interface RequestTag {
  Key: string;
  Value: string;
}

/** Session tags of a new session: those that flow in from the caller's session, and those passed. */
export interface SessionTags {
  tags: Record<string, string>;
  transitiveTagKeys: string[];
  /** Transitive tags of the calling session, as they were set there. */
  incoming: Record<string, string>;
}

const fold = (key: string): string => key.toLowerCase();

/**
 * Checks and joins session tags. Keys are compared without regard to case; a key that the calling session
 * made transitive cannot be set again.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export function sessionTags(
  passed: readonly RequestTag[] | undefined,
  transitiveKeys: readonly string[] | undefined,
  calling: SessionClaims | undefined,
): SessionTags {
  const keys = new Set<string>();
  for (const { Key } of passed ?? []) {
    if (keys.has(fold(Key)))
      throw InvalidParameterValue(
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
      );
    if (fold(Key).startsWith("aws:"))
      // The prefix is reserved; AWS's sentence for it is not recorded.
      throw InvalidParameterValue("Tag keys that begin with aws: are reserved for AWS use.");
    keys.add(fold(Key));
  }
  for (const key of transitiveKeys ?? [])
    if (!keys.has(fold(key)))
      throw InvalidParameterValue("The specified transitive tag key must be included in the requested tags.");

  const incoming = incomingTransitiveTags(calling);
  for (const key of Object.keys(incoming))
    if (keys.has(fold(key)))
      throw InvalidParameterValue(
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
      );

  const own = Object.fromEntries((passed ?? []).map(({ Key, Value }) => [Key, Value]));
  return {
    tags: { ...own, ...incoming },
    transitiveTagKeys: [...Object.keys(incoming), ...(transitiveKeys ?? [])],
    incoming,
  };
}

function incomingTransitiveTags(calling: SessionClaims | undefined): Record<string, string> {
  const transitive = new Set((calling?.transitiveTagKeys ?? []).map(fold));
  return Object.fromEntries(Object.entries(calling?.tags ?? {}).filter(([key]) => transitive.has(fold(key))));
}
