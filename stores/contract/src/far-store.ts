import type { StampedRows } from "./rows.ts";
import type { Store } from "./store.ts";

/** Hears of commits until it is closed. */
export interface Announcements {
  /** False while nothing would be heard: the connection was lost, or is not there yet. */
  readonly isHearing: boolean;
  close(): void;
}

/** A store whose every read is a journey, as whoever keeps what was read before it needs it. */
export interface FarStore extends Store {
  rows: StampedRows;
  /**
   * Calls `heard` with the revision of each commit, of whichever node, soon after it was made; with `undefined` when
   * there may have been some that nobody heard. A hint: what is not heard is found by asking.
   */
  hear?(heard: (revision: number | undefined) => void): Announcements;
}
