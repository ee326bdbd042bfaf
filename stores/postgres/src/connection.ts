import pg from "pg";
import { StoreUnavailable } from "@rolecall/store-contract";
import { toStoreError } from "./postgres-error.ts";

/** Prepared once a connection, under its name. */
export interface Statement {
  name: string;
  text: string;
}

export type Row = Readonly<Record<string, unknown>>;
export type Parameter = string | number | readonly string[] | readonly number[];

/** One connection. Statements are sent at once and answered in their order. */
export interface Connection {
  query(statement: Statement, ...parameters: Parameter[]): Promise<Row[]>;
  /** Statements without parameters; gives the last one's rows. */
  run(sql: string): Promise<Row[]>;
  /** @throws when the server answered anything but that it has committed */
  commit(): Promise<void>;
  /** Hears what is announced on a channel until the connection is `lost`, or closed. */
  listen(channel: string, heard: (payload: string) => void, lost: () => void): Promise<void>;
  /** It is of no more use: lost, or a statement was given up. */
  readonly isBroken: boolean;
  close(): void;
}

export interface Connector {
  /** `host:port/database`, for messages. */
  place: string;
  connect(): Promise<Connection>;
}

/** How long anything may take before it is given up. A node that stops within a transaction is thrown out of it. */
const timeouts = {
  connectionTimeoutMillis: 4000,
  lock_timeout: 5000,
  statement_timeout: 8000,
  idle_in_transaction_session_timeout: 5000,
  /** Ours, for a server that does not answer at all. */
  query_timeout: 10_000,
} as const;

/**
 * The store is made of lookups by index; a plan that reads a whole table is a plan made while it was small. A server
 * that would answer before a commit is on its disk is told not to.
 */
const sessionSettings = `
  SET enable_seqscan = off;
  SET enable_hashjoin = off;
  SET enable_mergejoin = off;
  SET jit = off;
  SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`;

const bigintOid = 20;

/** @param url  `postgres://…`; what it leaves out comes from the PG… variables and ~/.pgpass. @throws StoreUnavailable */
export function connector(url: string): Connector {
  const newClient = (): pg.Client =>
    new pg.Client({
      ...timeouts,
      connectionString: url,
      fallback_application_name: "rolecall",
      keepAlive: true,
      pipeline: true,
      types: {
        // Revisions are counted one by one: they stay below 2^53.
        getTypeParser: (oid: number, format?: "text" | "binary") =>
          oid === bigintOid ? Number : pg.types.getTypeParser(oid, format as "text"),
      } as pg.CustomTypesConfig,
    });
  const { host, port, database } = parsed(newClient);
  const place = `PostgreSQL at ${host}:${port}/${database ?? ""}`;
  return {
    place,
    async connect() {
      const client = newClient();
      const connection = overClient(client, place);
      try {
        await client.connect();
        await connection.run(sessionSettings);
        return connection;
      } catch (error) {
        connection.close();
        throw toStoreError(error, place);
      }
    },
  };
}

/** Reading the URL also reads the certificates that it names. The driver's own words could hold the password. */
function parsed(newClient: () => pg.Client): pg.Client {
  try {
    return newClient();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    throw new StoreUnavailable(
      `The URL of the database cannot be used${code}.`,
      "It reads postgres://USER@HOST:PORT/DATABASE?sslmode=verify-full&sslrootcert=FILE",
    );
  }
}

function overClient(client: pg.Client, place: string): Connection {
  let isBroken = false;
  const broken = (): void => {
    isBroken = true;
  };
  // Without a listener the loss of an idle connection would end the process.
  client.on("error", broken);
  client.on("end", broken);

  /** Every statement that fails for anything but its own data leaves a connection that nobody should trust. */
  async function guarded<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      const isAnswer = error instanceof pg.DatabaseError;
      if (!isAnswer || /^(08|57P|25P03)/.test(error.code ?? "")) broken();
      throw error;
    }
  }

  return {
    query: (statement, ...parameters) =>
      guarded(
        async () => (await client.query({ ...statement, values: parameters as unknown[] })).rows as Row[],
      ),
    run: (sql) =>
      guarded(async () => {
        const results = [await client.query(sql)].flat();
        return (results.at(-1)?.rows ?? []) as Row[];
      }),
    commit: () =>
      guarded(async () => {
        const { command } = await client.query("COMMIT");
        if (command !== "COMMIT")
          throw new StoreUnavailable(`${place}: the transaction was undone.`, "Try again.");
      }),
    async listen(channel, heard, lost) {
      client.on("notification", (message) => heard(message.payload ?? ""));
      client.once("end", lost);
      await guarded(() => client.query(`LISTEN ${client.escapeIdentifier(channel)}`));
    },
    get isBroken() {
      return isBroken;
    },
    close() {
      isBroken = true;
      void client.end().catch(() => undefined);
    },
  };
}
