import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import fc from "fast-check";
import { StoreConflict } from "../errors.ts";
import type { WriteTx } from "../store.ts";
import { things } from "./things.ts";
import type { OpenStore, Thing } from "./things.ts";

/** The slow, plain reading of the contract: a list of records, searched from end to end. */
type Model = Thing[];

const codePoints = (text: string): number[] => [...text].map((character) => character.codePointAt(0) ?? 0);

function compare<T>(a: readonly T[], b: readonly T[], each: (x: T, y: T) => number): number {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const order = each(a[at] as T, b[at] as T);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
const compareKeys = (a: string[], b: string[]): number =>
  compare(a, b, (x, y) => compare(codePoints(x), codePoints(y), (m, n) => m - n));

const same = (a: readonly string[] | undefined, b: readonly string[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
const startsWith = (key: string[], prefix: string[]): boolean => same(key.slice(0, prefix.length), prefix);

function modelList(model: Model, prefix: string[], after: string[] | undefined): Thing[] {
  return model
    .filter(({ key }) => startsWith(key, prefix) && (after === undefined || compareKeys(key, after) > 0))
    .sort((a, b) => compareKeys(a.key, b.key));
}

function modelListBy(model: Model, prefix: string[]): Thing[] {
  return model
    .flatMap((record) => {
      const values = [
        ...new Map((record.labels ?? []).map((value) => [JSON.stringify(value), value])).values(),
      ];
      return values.filter((value) => startsWith(value, prefix)).map((value) => ({ value, record }));
    })
    .sort((a, b) => compareKeys(a.value, b.value) || compareKeys(a.record.key, b.record.key))
    .map(({ record }) => record);
}

/** @returns the model afterwards, or `undefined` when the write must be refused */
function modelWrite(model: Model, record: Thing, isInsert: boolean): Model | undefined {
  const others = model.filter(({ key }) => !same(key, record.key));
  if (isInsert && others.length < model.length) return undefined;
  const { code } = record;
  if (code && others.some((other) => same(other.code, code))) return undefined;
  return [...others, record];
}

const part = fc.constantFrom("", "a", "ab", "b", "a\u0002", "é", "\uffee", "\u{1F600}");
const key = fc.array(part, { minLength: 1, maxLength: 3 });
const prefix = fc.array(part, { maxLength: 2 });
const record: fc.Arbitrary<Thing> = fc.record(
  {
    key,
    code: fc.array(part, { maxLength: 1 }),
    labels: fc.array(prefix, { maxLength: 3 }),
    note: fc.nat(3),
  },
  { requiredKeys: ["key"], noNullPrototype: true },
);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("put" as const, "insert" as const), record }) },
  fc.record({ kind: fc.constant("delete" as const), key }),
  fc.record({
    kind: fc.constant("list" as const),
    prefix,
    after: fc.option(key, { nil: undefined }),
    limit: fc.nat(4),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function take(step: Step, tx: WriteTx, model: Model): Promise<Model> {
  const writer = tx.of(things);
  if (step.kind === "delete") {
    const rest = model.filter(({ key }) => !same(key, step.key));
    equal(await writer.delete(...step.key), rest.length < model.length);
    return rest;
  }
  if (step.kind === "list") {
    const { prefix, after, limit } = step;
    const wanted = modelList(model, prefix, after).slice(0, limit);
    deepEqual(await writer.list(prefix, { limit, ...(after && { after }) }), wanted);
    return model;
  }
  const next = modelWrite(model, step.record, step.kind === "insert");
  try {
    await writer[step.kind](step.record);
  } catch (error) {
    if (next || !(error instanceof StoreConflict)) throw error;
    return model;
  }
  if (!next) throw new Error(`${step.kind} was to be refused`);
  return next;
}

async function checkAll(tx: WriteTx, model: Model): Promise<void> {
  const reader = tx.of(things);
  for (const prefix of [[], ["a"], ["\uffee"], ["a", ""]]) {
    deepEqual(await reader.list(prefix, { limit: 999 }), modelList(model, prefix, undefined));
    equal(await reader.count(prefix), modelList(model, prefix, undefined).length);
    const wanted = modelListBy(model, prefix);
    const entries = await reader.listBy("byLabel", prefix, { limit: 999 });
    deepEqual(
      entries.map(({ record }) => record),
      wanted,
    );
    equal(await reader.countBy("byLabel", prefix), wanted.length);
    for (const [at, { cursor }] of entries.entries()) {
      const [next] = await reader.listBy("byLabel", prefix, { after: cursor, limit: 1 });
      deepEqual(next?.record, wanted[at + 1]);
    }
  }
  for (const { key, code } of model) {
    deepEqual((await reader.get(...key))?.key, key);
    if (code) deepEqual((await reader.getBy("byCode", ...code))?.key, key);
  }
}

export function testAgainstModel(open: OpenStore): void {
  test("any sequence of transactions does what the plain reading does", async (t: TestContext) => {
    const transaction = fc.record({
      steps: fc.array(step, { maxLength: 12 }),
      isKept: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(transaction, { maxLength: 6 }), async (transactions) => {
        const store = await open(t);
        let model: Model = [];
        let revision = 0;
        for (const { steps, isKept } of transactions) {
          const undo = new Error("undo");
          const attempt = store.write(async (tx) => {
            let draft = model;
            for (const step of steps) draft = await take(step, tx, draft);
            await checkAll(tx, draft);
            if (!isKept) throw undo;
            return draft;
          });
          if (isKept) model = await attempt;
          else
            await attempt.then(
              () => equal("kept", "undone"),
              (error) => equal(error, undo),
            );
          await store.write((tx) => checkAll(tx, model));
          const now = await store.revision();
          equal(now === revision || (isKept && now === revision + 1), true);
          revision = now;
        }
        await store.close();
      }),
      { numRuns: 60, seed: 20_260_901 },
    );
  });
}
