import type { Connection, Connector } from "./connection.ts";

/** Connections that are opened when they are needed and thrown away when they break. */
export interface ConnectionPool {
  /** Alone on a connection, for transactions. What it leaves open is rolled back. */
  alone<T>(use: (connection: Connection) => Promise<T>): Promise<T>;
  /** When all uses have ended. */
  close(): Promise<void>;
}

export function createConnectionPool(connector: Connector, maxConnections: number): ConnectionPool {
  const free: Connection[] = [];
  const waiting: (() => void)[] = [];
  let inUse = 0;
  let whenIdle: (() => void) | undefined;

  async function acquire(): Promise<Connection> {
    // Who waits is handed the place of one that leaves.
    if (inUse >= maxConnections) await new Promise<void>((resolve) => waiting.push(resolve));
    else inUse++;
    for (let connection = free.pop(); connection; connection = free.pop())
      if (!connection.isBroken) return connection;
    try {
      return await connector.connect();
    } catch (error) {
      leave();
      throw error;
    }
  }

  function leave(): void {
    const next = waiting.shift();
    if (next) return next();
    inUse--;
    if (inUse === 0) whenIdle?.();
  }

  return {
    async alone(use) {
      const connection = await acquire();
      try {
        return await use(connection);
      } finally {
        if (!connection.isBroken) free.push(connection);
        else connection.close();
        leave();
      }
    },
    async close() {
      if (inUse > 0) await new Promise<void>((resolve) => (whenIdle = resolve));
      for (const connection of free) connection.close();
    },
  };
}
