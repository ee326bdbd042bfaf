// Runs vectors and sampled situations against one mutant after the other, in one process.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";

const { tree, first } = workerData;
const stryker = { activeMutant: first, currentTestId: undefined };
// The name that the instrumented code looks for.
Object.assign(globalThis, { __stryker__: stryker });

const sampleSize = 4000;
const seed = 20_261_124;

let check;
let vectors;
try {
  ({ check } = await import(join(tree, "vectors/check.js")));
  const { vectorOf } = await import(join(tree, "vectors/save-vector.js"));
  const { situation } = await import(join(tree, "reference/situations.js"));
  const { default: fc } = await import("fast-check");
  const folder = join(tree, "../../../vectors/policy");
  vectors = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
  const sampled = fc.sample(situation(), { numRuns: sampleSize, seed });
  vectors.push(
    ...sampled.map((one) => ({
      name: "sampled",
      source: "observed",
      ...JSON.parse(JSON.stringify(vectorOf(one))),
    })),
  );
} catch (error) {
  if (first === undefined) throw error;
  parentPort.postMessage({ id: first, result: "killed" });
}

/** Whether any test in `units` fails with the active mutant. */
function isKilled(units) {
  for (const unit of units) {
    try {
      check(vectors[unit]);
    } catch {
      return true;
    }
  }
  return false;
}

if (first === undefined) {
  // A dry run tells which vectors reach which mutants, and which mutants run while modules load.
  const reached = new Map();
  const statics = new Set(Object.keys(stryker.mutantCoverage?.static ?? {}));
  vectors.forEach((vector, unit) => {
    stryker.currentTestId = String(unit);
    check(vector);
  });
  for (const [unit, ids] of Object.entries(stryker.mutantCoverage?.perTest ?? {}))
    for (const id of Object.keys(ids)) reached.set(id, [...(reached.get(id) ?? []), Number(unit)]);
  stryker.currentTestId = undefined;
  parentPort.on("message", (id) => {
    if (statics.has(id)) {
      parentPort.postMessage({ id, result: "static" });
      return;
    }
    stryker.activeMutant = id;
    const killed = isKilled(reached.get(id) ?? []);
    stryker.activeMutant = undefined;
    parentPort.postMessage({ id, result: killed ? "killed" : "survived" });
  });
  parentPort.postMessage({});
} else if (vectors) {
  parentPort.postMessage({ id: first, result: isKilled(vectors.keys()) ? "killed" : "survived" });
  // The next mutants are loaded afresh, too: this process has the first one built in.
  parentPort.on("message", (id) => parentPort.postMessage({ id, result: "static" }));
}
