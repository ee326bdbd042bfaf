import type { CredentialReport } from "@rolecall/store-contract";

/** Under it a report counts as being made: AWS takes a second or two, and clients are written to wait. */
const pendingMs = 1000;
/** From it on a report is out of date, and the next one may be made. */
const lifetimeMs = 4 * 60 * 60 * 1000;

/** Told by the clock alone, so that every node and every restart tells the same. */
export function reportState(
  { generatedAtMs }: CredentialReport,
  nowMs: number,
): "pending" | "complete" | "expired" {
  const ageMs = nowMs - generatedAtMs;
  if (ageMs >= lifetimeMs) return "expired";
  return ageMs < pendingMs ? "pending" : "complete";
}
