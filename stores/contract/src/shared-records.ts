/** Makes records of their texts. */
export interface SharedRecords {
  /** The record of that text, frozen: every reader of it is given the same object. */
  of(body: string): unknown;
}

/** Longer texts would only push out many others. */
const maxBodyCharacters = 32_768;

/**
 * Records that were read lately. A text always means the same record, so nothing here is ever out of date; and since
 * an unchanged record stays the same object, what follows from it can be kept beside it.
 *
 * @param maxCharacters  of all texts together; when there is more, all are dropped
 */
export function createSharedRecords(maxCharacters = 8 << 20): SharedRecords {
  const records = new Map<string, unknown>();
  let characters = 0;
  return {
    of(body) {
      const known = records.get(body);
      if (known !== undefined) return known;
      const record = deepFreeze(JSON.parse(body));
      if (body.length > maxBodyCharacters) return record;
      characters += body.length;
      if (characters > maxCharacters) {
        records.clear();
        characters = body.length;
      }
      records.set(body, record);
      return record;
    },
  };
}

function deepFreeze(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
