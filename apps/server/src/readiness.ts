import type { Store } from "@rolecall/store-contract";

/** Ready is who can read his store and takes new requests. */
export async function readiness(
  store: Store,
  isDraining: boolean,
): Promise<{ status: "ready"; revision: number } | { status: "draining" | "unavailable" }> {
  if (isDraining) return { status: "draining" };
  try {
    return { status: "ready", revision: await store.revision() };
  } catch {
    return { status: "unavailable" };
  }
}
