import { collection } from "../collection.ts";

/** A setting of the whole installation. */
export interface Setting {
  name: string;
  /** JSON data. */
  value: unknown;
}

/** Key [name]. */
export const settings = collection({
  name: "settings",
  key: ({ name }: Setting) => [name],
});
