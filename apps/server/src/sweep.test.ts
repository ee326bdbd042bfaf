import { test } from "node:test";
import { deepEqual, equal } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "@rolecall/store-sqlite";
import { sweepOnce } from "./sweep.ts";

test("what has expired is swept, what has not stays", async () => {
  const directory = mkdtempSync(join(tmpdir(), "rolecall-sweep-"));
  const store = await openSqliteStore({ path: join(directory, "db") });
  try {
    await store.write(async (tx) => {
      for (const [value, expiresAtMs] of [
        ["over", 1000],
        ["alive", 1001],
      ] as const)
        await tx.revocations.put({ scope: "source-identity", value, revokedAtMs: 0, expiresAtMs });
      for (const [id, expiresAtMs] of [
        ["over", 1000],
        ["alive", 1001],
      ] as const)
        await tx.decisions.put({ id, accountId: "111122223333", atMs: 0, expiresAtMs, record: {} });
    });
    equal(await sweepOnce(store, 1000), 1);
    equal(await sweepOnce(store, 1000), 0);
    const left = await store.read(async (tx) => [
      (await tx.revocations.list([], { limit: 10 })).map(({ value }) => value),
      (await tx.decisions.list([], { limit: 10 })).map(({ id }) => id),
    ]);
    deepEqual(left, [["alive"], ["alive"]]);
  } finally {
    await store.close();
    rmSync(directory, { recursive: true });
  }
});
