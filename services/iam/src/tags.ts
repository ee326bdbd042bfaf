import { InvalidInput, LimitExceeded } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { compareText } from "@rolecall/store-contract";
import type { Tag } from "@rolecall/store-contract";
import { tagsPerEntity } from "./quotas.ts";

/**
 * When two keys are one key. Those of users and roles differ in more than case; those of everything else in IAM
 * may differ in case alone.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules
 */
export type TagKeyRule = "ignoring-case" | "exact";

const folding = {
  "ignoring-case": (key: string) => key.toLowerCase(),
  exact: (key: string) => key,
} satisfies Record<TagKeyRule, (key: string) => string>;

/** Tags of a request, checked: no key twice, none of AWS's own. */
export function requestedTags(
  tags: readonly Iam.Tag[] | undefined,
  rule: TagKeyRule = "ignoring-case",
): Tag[] {
  const fold = folding[rule];
  const keys = new Set((tags ?? []).map(({ Key }) => fold(Key)));
  if (keys.size !== (tags ?? []).length)
    throw InvalidInput(
      rule === "exact"
        ? "Duplicate tag keys found."
        : "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    );
  for (const key of keys)
    if (key.toLowerCase().startsWith("aws:"))
      throw InvalidInput("Tag keys beginning with aws: are reserved for system use.");
  return (tags ?? []).map(({ Key, Value }) => ({ key: Key, value: Value }));
}

/** The tags with those of the request over them; of a key the spelling that was given last is kept. @throws LimitExceeded */
export function tagged(
  own: readonly Tag[],
  requested: readonly Iam.Tag[],
  rule: TagKeyRule = "ignoring-case",
): Tag[] {
  // Recorded 09/2026: an empty list is InvalidInput, once authorized.
  if (requested.length === 0) throw InvalidInput("The provided tag map must not be null/empty.");
  const fold = folding[rule];
  const tags = new Map(own.map((tag) => [fold(tag.key), tag]));
  for (const tag of requestedTags(requested, rule)) tags.set(fold(tag.key), tag);
  if (tags.size > tagsPerEntity) throw LimitExceeded("The number of tags has reached the maximum limit.");
  return [...tags.values()];
}

/** Keys that are not there are passed over, as AWS does. */
export function untagged(
  own: readonly Tag[],
  keys: readonly string[],
  rule: TagKeyRule = "ignoring-case",
): Tag[] {
  // Recorded 09/2026: of users and roles an empty list is accepted, of a server certificate it is not.
  if (rule === "exact" && keys.length === 0)
    throw InvalidInput("The provided tag keys must not be null/empty.");
  const fold = folding[rule];
  const gone = new Set(keys.map(fold));
  return own.filter((tag) => !gone.has(fold(tag.key)));
}

export const wireTags = (tags: readonly Tag[]): Iam.Tag[] =>
  tags.map(({ key, value }) => ({ Key: key, Value: value }));

/** As an identity provider is shown. That creations and uploads sort them, too, is documented; that they do not is recorded. */
export const sortedByKey = (tags: readonly Tag[]): Tag[] =>
  tags.toSorted((a, b) => compareText(a.key, b.key));

/** As most answers have it: no empty list. */
export const tagsIfAny = (tags: readonly Tag[]): Iam.Tag[] | undefined =>
  tags.length > 0 ? wireTags(tags) : undefined;
