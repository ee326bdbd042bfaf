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
      for (const [jobId, expiresAtMs] of [
        ["over", 1000],
        ["alive", 1001],
      ] as const)
        await tx.accessReports.put({
          jobId,
          accountId: "111122223333",
          createdAtMs: 0,
          expiresAtMs,
          subject: { kind: "organization", entityPath: "o-abcdefghij/r-abcd" },
          services: [],
        });
    });
    equal(await sweepOnce(store, 1000), 1);
    equal(await sweepOnce(store, 1000), 0);
    const left = await store.read(async (tx) => [
      (await tx.revocations.list([], { limit: 10 })).map(({ value }) => value),
      (await tx.decisions.list([], { limit: 10 })).map(({ id }) => id),
      (await tx.accessReports.list([], { limit: 10 })).map(({ jobId }) => jobId),
    ]);
    deepEqual(left, [["alive"], ["alive"], ["alive"]]);
  } finally {
    await store.close();
    rmSync(directory, { recursive: true });
  }
});

test("last accessed information is kept for 400 days", async () => {
  const directory = mkdtempSync(join(tmpdir(), "rolecall-sweep-"));
  const store = await openSqliteStore({ path: join(directory, "db") });
  try {
    const nowMs = Date.UTC(2026, 8, 27);
    const lifetimeMs = 400 * 24 * 60 * 60_000;
    const common = { accountId: "111122223333", entityId: "root", region: "us-east-1", actions: {} };
    await store.write(async (tx) => {
      await tx.serviceAccesses.put({ ...common, service: "iam", atMs: nowMs - lifetimeMs });
      await tx.serviceAccesses.put({ ...common, service: "s3", atMs: nowMs - lifetimeMs + 1 });
    });
    equal(await sweepOnce(store, nowMs), 1);
    const left = await store.read((tx) => tx.serviceAccesses.list([], { limit: 10 }));
    deepEqual(
      left.map(({ service }) => service),
      ["s3"],
    );
  } finally {
    await store.close();
    rmSync(directory, { recursive: true });
  }
});
