// Runs vectors and sampled situations against one mutant after the other, in one process.
//
// Its job: `survey` tells which vectors reach which mutants and ends; `mutants` takes ids one by one; `static` tries
// one mutant that changes what runs while modules load.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";

const { tree, job, id: staticId, progress } = workerData;
const stryker = { activeMutant: staticId, currentTestId: undefined };
// The name that the instrumented code looks for.
Object.assign(globalThis, { __stryker__: stryker });

const vectors = JSON.parse(readFileSync(join(tree, "../../../vectors.json"), "utf8"));

/** Whether any of the vectors fails with the active mutant. */
function isKilled(check, units) {
  for (const unit of units) {
    progress[0]++;
    try {
      check(vectors[unit]);
    } catch {
      return true;
    }
  }
  return false;
}

const load = async () => (await import(join(tree, "vectors/check.js"))).check;

if (job === "survey") {
  const check = await load();
  const statics = Object.keys(stryker.mutantCoverage?.static ?? {});
  const reached = new Map();
  for (const [unit, vector] of vectors.entries()) {
    stryker.currentTestId = String(unit);
    check(vector);
    for (const id of Object.keys(stryker.mutantCoverage?.perTest?.[unit] ?? {})) {
      const units = reached.get(id);
      if (units === undefined) reached.set(id, [unit]);
      else units.push(unit);
    }
    if (stryker.mutantCoverage?.perTest) delete stryker.mutantCoverage.perTest[unit];
  }
  parentPort.postMessage({ statics, reached });
} else if (job === "static") {
  let killed = true;
  try {
    killed = isKilled(await load(), vectors.keys());
  } catch {
    // It cannot even be loaded.
  }
  parentPort.postMessage({ id: staticId, killed });
} else {
  const check = await load();
  const { reached } = workerData;
  parentPort.on("message", (id) => {
    stryker.activeMutant = id;
    const killed = isKilled(check, reached.get(id) ?? []);
    stryker.activeMutant = undefined;
    parentPort.postMessage({ id, killed });
  });
  parentPort.postMessage({});
}
