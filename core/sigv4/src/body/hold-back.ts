/**
 * Lets every block go on but the last.
 *
 * INVARIANT: as long as a body is not verified to its end, at least its last byte has not gone on, so whoever receives
 * it never has a whole object. On failure the caller destroys that connection.
 */
export interface HoldBack {
  /** Takes a block; gives the one before it. */
  add(block: Uint8Array, release: Uint8Array[]): void;
  /** Gives the last block. Call it only when everything is verified. */
  giveUp(): Uint8Array[];
}

export function createHoldBack(): HoldBack {
  let held: Uint8Array | undefined;
  return {
    add(block, release) {
      // An empty block would hold nothing back.
      if (block.length === 0) return;
      if (held !== undefined) release.push(held);
      held = block;
    },
    giveUp() {
      const last = held === undefined ? [] : [held];
      held = undefined;
      return last;
    },
  };
}
