import { createHash } from "node:crypto";
import type { Released } from "./body-problem.ts";
import { createHoldBack } from "./hold-back.ts";

/** Compares a body, as it comes by, with the hash that its head declared. */
export interface PayloadHasher {
  /** Takes bytes, which the caller must not change afterwards; gives those that may go on. */
  push(bytes: Uint8Array): Released;
  /** At the end of the body. An empty body may go on only after this. */
  finish(): Released;
}

/**
 * For bodies whose `x-amz-content-sha256` is a hash (`PayloadMode` `sha256`). The last block is held back until the
 * hash is known to be right.
 *
 * @param expectedSha256  lower-case hex
 */
export function createPayloadHasher(expectedSha256: string): PayloadHasher {
  const hash = createHash("sha256");
  const holdBack = createHoldBack();
  return {
    push(bytes) {
      const release: Uint8Array[] = [];
      hash.update(bytes);
      holdBack.add(bytes, release);
      return { ok: true, release };
    },
    finish() {
      const actualSha256 = hash.digest("hex");
      if (actualSha256 !== expectedSha256)
        return {
          ok: false,
          problem: { kind: "body-sha256-mismatch", declaredSha256: expectedSha256, actualSha256 },
        };
      return { ok: true, release: holdBack.giveUp() };
    },
  };
}
