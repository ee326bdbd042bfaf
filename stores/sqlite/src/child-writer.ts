// A process of its own for the tests: it writes to the store in argv[3] as argv[2] says.
import { writeSync } from "node:fs";
import { openSqliteStore } from "./open-sqlite-store.ts";

const [, , task, path = "", name = "", number = ""] = process.argv;
const store = await openSqliteStore({ path });

/** Pairs of records until it is killed; prints each pair's name when its commit has been answered. */
async function writePairs(): Promise<void> {
  let next = 0;
  const write = async (): Promise<never> => {
    for (;;) {
      const pair = `${name}-${next++}`;
      await store.write(async (tx) => {
        await tx.settings.insert({ name: `${pair}/left`, value: "x".repeat(500) });
        await tx.settings.insert({ name: `${pair}/right`, value: "x".repeat(500) });
      });
      // At once: a buffer in the process would die with it.
      writeSync(1, `${pair}\n`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, write));
}

/** Adds one to a setting, so many times. */
async function count(): Promise<void> {
  for (let at = 0; at < Number(number); at++)
    await store.write(async (tx) => {
      const setting = await tx.settings.get(name);
      await tx.settings.put({ name, value: Number(setting?.value ?? 0) + 1 });
    });
  await store.close();
}

await (task === "pairs" ? writePairs() : count());
