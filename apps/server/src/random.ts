import { randomFillSync } from "node:crypto";
import type { Random } from "@rolecall/identifiers";

const poolBytes = 8192;

/**
 * The platform's secure random bytes, drawn from it in larger pieces: a call for sixteen costs as much as one for
 * thousands. Every byte is given once, and is erased from the pool when it is given.
 */
export function pooledRandom(): Random {
  const pool = Buffer.alloc(poolBytes);
  let next = poolBytes;
  return (length) => {
    if (length > poolBytes / 8) return randomFillSync(new Uint8Array(length));
    if (next + length > poolBytes) {
      randomFillSync(pool);
      next = 0;
    }
    const drawn = Uint8Array.prototype.slice.call(pool, next, next + length);
    pool.fill(0, next, next + length);
    next += length;
    return drawn;
  };
}
