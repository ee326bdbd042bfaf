import { timingSafeEqual } from "node:crypto";

/** A value that must not be seen: it prints, inspects and serialises as `***`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. Call it only where the text is used, never where it could be kept. */
  reveal(): string {
    return this.#text;
  }

  /** Compares in time that does not depend on where the two differ. */
  equals(other: Secret): boolean {
    const mine = Buffer.from(this.#text);
    const theirs = Buffer.from(other.#text);
    return mine.length === theirs.length && timingSafeEqual(mine, theirs);
  }

  toString(): string {
    return "***";
  }

  toJSON(): string {
    return "***";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "***";
  }
}
