/**
 * ISO 8601, UTC, whole seconds: `2026-11-24T09:49:00Z`, as AWS writes every timestamp in XML.
 *
 * @throws RangeError for an invalid date
 */
export function isoTimestamp(date: Date): string {
  return `${date.toISOString().slice(0, -5)}Z`;
}

/** Reads ISO 8601 with `Z` or an offset; undefined for anything else, a 30th of February among it. */
export function parseTimestamp(text: string): Date | undefined {
  const match = text.length <= 40 ? iso8601.exec(text) : null;
  if (match === null) return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return undefined;
  const [, year, month, day] = match;
  const daysOfMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(day) <= daysOfMonth ? date : undefined;
}

const iso8601 = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
