import { InvalidInput, LimitExceeded } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import type { Tag } from "@rolecall/store-contract";
import { tagsPerEntity } from "./quotas.ts";

/** Keys that differ in case only are one key; the spelling that was given last is kept. */
const fold = (key: string): string => key.toLowerCase();

/** Tags of a request, checked: no key twice, none of AWS's own. */
export function requestedTags(tags: readonly Iam.Tag[] | undefined): Tag[] {
  const keys = new Set((tags ?? []).map(({ Key }) => fold(Key)));
  if (keys.size !== (tags ?? []).length)
    throw InvalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  for (const key of keys)
    // That the prefix is refused is documented, in which words is not.
    if (key.startsWith("aws:")) throw InvalidInput("Tag keys that begin with aws: are reserved for AWS use.");
  return (tags ?? []).map(({ Key, Value }) => ({ key: Key, value: Value }));
}

/** The tags with those of the request over them. @throws LimitExceeded */
export function tagged(own: readonly Tag[], requested: readonly Iam.Tag[]): Tag[] {
  // Recorded 09/2026: an empty list is InvalidInput, once authorized; its sentence is ours.
  if (requested.length === 0) throw InvalidInput("At least one tag must be given.");
  const tags = new Map(own.map((tag) => [fold(tag.key), tag]));
  for (const tag of requestedTags(requested)) tags.set(fold(tag.key), tag);
  if (tags.size > tagsPerEntity) throw LimitExceeded("The number of tags has reached the maximum limit.");
  return [...tags.values()];
}

/** Keys that are not there are passed over, as AWS does. */
export function untagged(own: readonly Tag[], keys: readonly string[]): Tag[] {
  const gone = new Set(keys.map(fold));
  return own.filter((tag) => !gone.has(fold(tag.key)));
}

export const wireTags = (tags: readonly Tag[]): Iam.Tag[] =>
  tags.map(({ key, value }) => ({ Key: key, Value: value }));

/** As most answers have it: no empty list. */
export const tagsIfAny = (tags: readonly Tag[]): Iam.Tag[] | undefined =>
  tags.length > 0 ? wireTags(tags) : undefined;
