/**
 * A time as a component of a key: texts order as the times do.
 * @param ms  milliseconds since 1970, not before
 */
export function orderedTime(ms: number): string {
  return Math.floor(Math.max(ms, 0)).toString().padStart(16, "0");
}
