import { DatabaseSync } from "@photostructure/sqlite";
import { toStoreError } from "./sqlite-error.ts";

/** What SQLite keeps in a column of ours. */
export type Column = string | number | null;
export type Row = Readonly<Record<string, Column>>;
/** A blob stands after every text: the open end of a range. */
export type Parameter = string | number | Uint8Array;

/** One connection. Statements are prepared once; every failure is a typed store error. */
export interface Database {
  first(sql: string, ...parameters: Parameter[]): Row | undefined;
  all(sql: string, ...parameters: Parameter[]): Row[];
  run(sql: string, ...parameters: Parameter[]): void;
  /** Several statements without parameters. */
  exec(sql: string): void;
  readonly isInTransaction: boolean;
  close(): void;
}

export interface DatabaseOptions {
  readOnly?: boolean;
  /** The file cannot change: it is read without locks, and nothing is made beside it. */
  immutable?: boolean;
  /** How long a statement waits for another process. It blocks this one, so keep it short. */
  busyTimeoutMs?: number;
}

/** Kept per SQL text: the texts are ours and few. */
type Statement = ReturnType<InstanceType<typeof DatabaseSync>["prepare"]>;

/**
 * Always the package, never the built-in node:sqlite: one SQLite version on every Node, no ExperimentalWarning,
 * and one path to test. Its prebuilt binaries use Node-API, so they serve Node 20, 22 and 24 alike.
 *
 * @throws StoreUnavailable, StoreCorrupted
 */
export function openDatabase(path: string, options: DatabaseOptions = {}): Database {
  const { readOnly = false, immutable = false, busyTimeoutMs = 0 } = options;
  const guarded = <T>(use: () => T): T => {
    try {
      return use();
    } catch (error) {
      throw toStoreError(error, path);
    }
  };
  const location = immutable ? `${fileUri(path)}?immutable=1` : path;
  const database = guarded(() => new DatabaseSync(location, { readOnly, timeout: busyTimeoutMs }));
  const statements = new Map<string, Statement>();
  const prepared = (sql: string): Statement => {
    let statement = statements.get(sql);
    if (!statement) statements.set(sql, (statement = database.prepare(sql)));
    return statement;
  };

  return {
    first: (sql, ...parameters) => guarded(() => prepared(sql).get(...parameters) as Row | undefined),
    all: (sql, ...parameters) => guarded(() => prepared(sql).all(...parameters) as Row[]),
    run: (sql, ...parameters) => guarded(() => void prepared(sql).run(...parameters)),
    exec: (sql) => guarded(() => database.exec(sql)),
    get isInTransaction() {
      return database.isTransaction;
    },
    // The package lets go of a statement when it is collected, not here, and SQLite keeps the connection till then.
    close() {
      statements.clear();
      if (database.isOpen) database.close();
    },
  };
}

/** @see https://www.sqlite.org/uri.html#the_uri_path */
function fileUri(path: string): string {
  return `file:${encodeURI(path).replaceAll("?", "%3f").replaceAll("#", "%23")}`;
}
