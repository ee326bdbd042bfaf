/**
 * A time as a component of a key: texts order as the times do.
 * @param ms  milliseconds since 1970, not before
 */
export function orderedTime(ms: number): string {
  return Math.floor(Math.max(ms, 0)).toString().padStart(16, "0");
}

/** The same, the later the earlier: the last moment that a Date can hold is further away than any time of ours. */
export const latestFirst = (ms: number): string => orderedTime(8_640_000_000_000_000 - ms);
