import { equal, rejects } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Role } from "../records/role.ts";
import { StoreConflict } from "../errors.ts";
import type { ReadTx, WriteTx } from "../store.ts";
import { everything } from "./things.ts";
import type { OpenStore } from "./things.ts";

const accounts = ["111122223333", "111122223334"];
const arns = ["arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/AB"];

interface Step {
  kind: "put" | "insert" | "delete";
  accountId: string;
  name: string;
  attachedPolicies: string[];
  permissionsBoundary?: string;
}

const step: fc.Arbitrary<Step> = fc.record(
  {
    kind: fc.constantFrom("put", "insert", "delete"),
    accountId: fc.constantFrom(...accounts),
    name: fc.constantFrom("a", "A", "b", "c"),
    attachedPolicies: fc.uniqueArray(fc.constantFrom(...arns), { maxLength: 2 }),
    permissionsBoundary: fc.constantFrom(...arns),
  },
  { requiredKeys: ["kind", "accountId", "name", "attachedPolicies"], noNullPrototype: true },
);

async function take({ kind, ...made }: Step, tx: WriteTx): Promise<void> {
  if (kind === "delete") return void (await tx.roles.delete(made.accountId, made.name));
  const record: Role = {
    roleId: `AROA${made.accountId}${made.name.toLowerCase()}`,
    path: "/",
    createdAtMs: 0,
    maxSessionDurationSeconds: 3600,
    trustPolicy: { document: "{}", principalIds: {} },
    inlinePolicies: [],
    tags: [],
    ...made,
  };
  await tx.roles[kind](record).catch((error: unknown) => {
    if (!(error instanceof StoreConflict)) throw error;
  });
}

/** Every count against what a listing shows. */
async function recount(tx: ReadTx): Promise<void> {
  for (const prefix of [[], ...accounts.map((accountId) => [accountId]), ["1111"], ["111122223333", "a"]])
    equal(await tx.roles.count(prefix), (await tx.roles.list(prefix, everything)).length);
  for (const index of ["byAttachedPolicy", "byBoundary"] as const)
    for (const arn of arns)
      for (const prefix of [[], [arn], ...accounts.map((accountId) => [arn, accountId])])
        equal(
          await tx.roles.countBy(index, prefix),
          (await tx.roles.listBy(index, prefix, everything)).length,
        );
}

export function testCounts(open: OpenStore): void {
  test("counts are those of the records, whatever is written or undone", async (t) => {
    const transaction = fc.record({
      steps: fc.array(step, { maxLength: 8 }),
      isKept: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(transaction, { maxLength: 6 }), async (transactions) => {
        const store = await open(t);
        const undo = new Error("undo");
        const run = ({ steps, isKept }: (typeof transactions)[number]): Promise<unknown> => {
          const written = store.write(async (tx) => {
            for (const one of steps) await take(one, tx);
            await recount(tx);
            if (!isKept) throw undo;
          });
          return isKept ? written : rejects(written, undo);
        };
        // At once, so that one which is undone shares its commit with others that are kept.
        await Promise.all(transactions.map(run));
        await store.read(recount);
        await store.close();
      }),
      { numRuns: 40, seed: 20_260_902 },
    );
  });
}
