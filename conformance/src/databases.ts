import { sharedPostgres, whyNoPostgres } from "@rolecall/store-postgres/testing";

/** A store to start servers on: what they are told of it, beside a data directory. */
export interface DatabaseKind {
  name: "sqlite" | "postgres";
  /** Why it cannot be had here. */
  skip: string | false;
  arguments(): Promise<string[]>;
}

/** Every store that a server can be started on. */
export const databases: readonly DatabaseKind[] = [
  { name: "sqlite", skip: false, arguments: async () => [] },
  {
    name: "postgres",
    skip: whyNoPostgres() ?? false,
    arguments: async () => ["--database", await (await sharedPostgres()).emptySchema()],
  },
];
