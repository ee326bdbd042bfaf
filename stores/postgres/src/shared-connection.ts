import type { Connection, Connector } from "./connection.ts";
import { isConnectionLost, toStoreError } from "./postgres-error.ts";

/** One connection for single statements of everybody: they follow each other without waiting for the answers. */
export interface SharedConnection {
  /** Asks again, once, when the connection turns out to be lost: a single read can be repeated. */
  ask<T>(read: (connection: Connection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** @param first  a connection that is open already */
export function createSharedConnection(connector: Connector, first: Connection): SharedConnection {
  let connecting: Promise<Connection> | undefined = Promise.resolve(first);
  const running = new Set<Promise<unknown>>();

  async function connection(): Promise<Connection> {
    const mine = (connecting ??= connector.connect());
    try {
      const opened = await mine;
      if (!opened.isBroken) return opened;
    } catch (error) {
      if (connecting === mine) connecting = undefined;
      throw error;
    }
    if (connecting === mine) connecting = undefined;
    return connection();
  }

  async function attempt<T>(read: (connection: Connection) => Promise<T>): Promise<T> {
    const opened = await connection();
    try {
      return await read(opened);
    } catch (error) {
      if (!isConnectionLost(error)) throw toStoreError(error, connector.place);
      opened.close();
    }
    const again = await connection();
    try {
      return await read(again);
    } catch (error) {
      throw toStoreError(error, connector.place);
    }
  }

  return {
    ask(read) {
      const asked = attempt(read);
      const ended: Promise<unknown> = asked.catch(() => undefined).finally(() => running.delete(ended));
      running.add(ended);
      return asked;
    },
    async close() {
      await Promise.all(running);
      const last = await connecting?.catch(() => undefined);
      last?.close();
    },
  };
}
