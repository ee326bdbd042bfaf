import { createHash } from "node:crypto";
import { foldName } from "@rolecall/identifiers";
import { ValidationError } from "@rolecall/model";
import { compareText } from "@rolecall/store-contract";
import type { Reader } from "@rolecall/store-contract";

/** What every listing takes. */
export interface PageInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface Page<T> {
  items: T[];
  IsTruncated: boolean;
  Marker: string | undefined;
}

const defaultMaxItems = 100;
/** Records that one call reads at most; a page that finds too few goes on at its marker. */
const maxScanned = 5000;
const chunk = 500;

/**
 * Where a listing goes on: the key of the last item, so that entities may come and go between two pages.
 * It is bound to the listing it was given for.
 * @param listing  what identifies the listing: operation, account and filters
 */
function sealMarker(listing: readonly string[], after: string): string {
  return Buffer.from(JSON.stringify([fingerprint(listing), after])).toString("base64");
}

function openMarker(listing: readonly string[], marker: string | undefined): string | undefined {
  if (marker === undefined) return undefined;
  try {
    const opened: unknown = JSON.parse(Buffer.from(marker, "base64").toString("utf8"));
    if (Array.isArray(opened) && opened[0] === fingerprint(listing) && typeof opened[1] === "string")
      return opened[1];
  } catch {
    // Said below: a marker that is not ours is the same as one of another listing.
  }
  throw ValidationError("Marker and Filter do not match");
}

const fingerprint = (listing: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(listing)).digest("base64url").slice(0, 8);

/** A page of a list that is at hand whole. `keyOf` orders it and must tell items apart. */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  input: PageInput,
  listing: readonly string[],
): Page<T> {
  const after = openMarker(listing, input.Marker);
  const keyed = all
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => after === undefined || compareText(key, after) > 0)
    .sort((a, b) => compareText(a.key, b.key));
  const page = keyed.slice(0, input.MaxItems ?? defaultMaxItems);
  const last = page.at(-1);
  const isTruncated = page.length < keyed.length && last !== undefined;
  return {
    items: page.map(({ item }) => item),
    IsTruncated: isTruncated,
    Marker: isTruncated ? sealMarker(listing, last.key) : undefined,
  };
}

/**
 * A page of an account's entities, ordered by name without regard to case; the cost is that of the page, not of
 * the account.
 * @param keep  a filter; entities it drops count against a bound, so a page may be short or empty and truncated
 */
export const pageOfEntities = <R extends { name: string }>(
  reader: Reader<R>,
  accountId: string,
  keep: (record: R) => boolean,
  input: PageInput,
  listing: readonly string[],
): Promise<Page<R>> => pageOfRecords(reader, accountId, ({ name }) => foldName(name), keep, input, listing);

/**
 * The same for records of an account in the order of their keys.
 * @param keyOf  what follows the account in a record's key, as the collection keeps it
 */
export async function pageOfRecords<R>(
  reader: Reader<R>,
  accountId: string,
  keyOf: (record: R) => string,
  keep: (record: R) => boolean,
  input: PageInput,
  listing: readonly string[],
): Promise<Page<R>> {
  const limit = input.MaxItems ?? defaultMaxItems;
  const items: R[] = [];
  let after = openMarker(listing, input.Marker);
  for (let scanned = 0; scanned < maxScanned;) {
    const wanted = Math.min(chunk, limit - items.length + 1);
    const records = await reader.list([accountId], {
      limit: wanted,
      ...(after !== undefined && { after: [accountId, after] }),
    });
    scanned += records.length;
    for (const record of records) {
      if (!keep(record)) after = keyOf(record);
      else if (items.length < limit) {
        items.push(record);
        after = keyOf(record);
      } else return truncatedAt(after ?? "");
    }
    if (records.length < wanted) return { items, IsTruncated: false, Marker: undefined };
  }
  return truncatedAt(after ?? "");

  function truncatedAt(name: string): Page<R> {
    return { items, IsTruncated: true, Marker: sealMarker(listing, name) };
  }
}

/** What `pageOfSorted` may be told beyond the list. */
export interface SortedOptions<T> {
  /** A filter; what it drops counts against a bound, so a page may be short or empty and truncated. */
  keep?: (item: T) => Promise<boolean>;
  /** The page also ends, after at least one item, when its items weigh more than `maxWeight`. */
  weigh?: (item: T) => number;
  maxWeight?: number;
}

/** Items that a page of a filtered sorted list looks at. */
const maxFiltered = 400;

/**
 * A page of a list that is at hand whole and in order. The cost is that of the page, not of the list.
 * @param keyOf  what the list is ordered by, each once
 */
export async function pageOfSorted<T>(
  sorted: readonly T[],
  keyOf: (item: T) => string,
  input: PageInput,
  listing: readonly string[],
  { keep, weigh, maxWeight = Infinity }: SortedOptions<T> = {},
): Promise<Page<T>> {
  const after = openMarker(listing, input.Marker);
  const limit = input.MaxItems ?? defaultMaxItems;
  const items: T[] = [];
  let weight = 0;
  let at = after === undefined ? 0 : firstBehind(sorted, keyOf, after);
  const lastToSee = keep ? Math.min(sorted.length, at + maxFiltered) : sorted.length;
  for (; at < lastToSee && items.length < limit && weight <= maxWeight; at++) {
    const item = sorted[at] as T;
    if (keep && !(await keep(item))) continue;
    items.push(item);
    weight += weigh?.(item) ?? 0;
  }
  const last = sorted[at - 1];
  const isTruncated = at < sorted.length && last !== undefined;
  return {
    items,
    IsTruncated: isTruncated,
    Marker: isTruncated ? sealMarker(listing, keyOf(last)) : undefined,
  };
}

/** Index of the first item whose key is behind `key`. */
function firstBehind<T>(sorted: readonly T[], keyOf: (item: T) => string, key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareText(keyOf(sorted[middle] as T), key) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A part of a listing that is made of several, one after another. */
export interface Section<T> {
  /** One character: where a marker stands. */
  letter: string;
  read(page: PageInput): Promise<Page<T>>;
}

/**
 * A page of several listings, one after another. A marker is a section's letter, then the section's own marker.
 * @throws ValidationError for the marker of a listing with other sections
 */
export async function pageOfSections<T>(sections: readonly Section<T>[], input: PageInput): Promise<Page<T>> {
  const limit = input.MaxItems ?? defaultMaxItems;
  const items: T[] = [];
  const at =
    input.Marker === undefined ? 0 : sections.findIndex(({ letter }) => letter === input.Marker?.charAt(0));
  if (at < 0) throw ValidationError("Marker and Filter do not match");
  for (const [n, section] of sections.slice(at).entries()) {
    if (items.length === limit) return { items, IsTruncated: true, Marker: section.letter };
    const marker = n === 0 ? (input.Marker?.slice(1) ?? "") : "";
    const page = await section.read({
      MaxItems: limit - items.length,
      ...(marker !== "" && { Marker: marker }),
    });
    items.push(...page.items);
    if (page.IsTruncated) return { items, IsTruncated: true, Marker: section.letter + (page.Marker ?? "") };
  }
  return { items, IsTruncated: false, Marker: undefined };
}

/** All of an account's records, for the few listings that AWS gives whole. */
export async function everyRecord<R>(
  reader: Reader<R>,
  accountId: string,
  keyOf: (record: R) => string,
): Promise<R[]> {
  const records: R[] = [];
  for (;;) {
    const last = records.at(-1);
    const page = await reader.list([accountId], {
      limit: chunk,
      ...(last !== undefined && { after: [accountId, keyOf(last)] }),
    });
    records.push(...page);
    if (page.length < chunk) return records;
  }
}

/**
 * A page of the records that one value of an index lists.
 * @param keep  a filter; records it drops count against a bound, so a page may be short or empty and truncated
 */
export async function pageOfIndex<R, I extends string>(
  reader: Reader<R, I>,
  index: I,
  value: readonly string[],
  input: PageInput,
  listing: readonly string[],
  keep: (record: R) => boolean = () => true,
): Promise<Page<R>> {
  const limit = input.MaxItems ?? defaultMaxItems;
  const items: R[] = [];
  let after = openMarker(listing, input.Marker);
  for (let scanned = 0; scanned < maxScanned;) {
    const wanted = Math.min(chunk, limit - items.length + 1);
    const entries = await reader.listBy(index, value, {
      limit: wanted,
      ...(after !== undefined && { after }),
    });
    scanned += entries.length;
    for (const { record, cursor } of entries) {
      const isKept = keep(record);
      if (isKept && items.length === limit) return truncatedAt(after ?? "");
      if (isKept) items.push(record);
      after = cursor;
    }
    if (entries.length < wanted) return { items, IsTruncated: false, Marker: undefined };
  }
  return truncatedAt(after ?? "");

  function truncatedAt(cursor: string): Page<R> {
    return { items, IsTruncated: true, Marker: sealMarker(listing, cursor) };
  }
}

/** The members that end every listing's answer. */
export const truncation = ({ IsTruncated, Marker }: Page<unknown>): Omit<Page<unknown>, "items"> => ({
  IsTruncated,
  Marker,
});
