// Runs vectors and sampled situations against mutants, in a process that may loop or fill memory: the parent ends it.
//
// Takes `{ job: "survey" }`, which tells what reaches which mutants; `{ job: "try", id, units }`; or
// `{ job: "tests", files }`, which ends the process with the result of the unit tests.
import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

const [tree = "", initial] = process.argv.slice(2);
/** Where the parent listens for signs of life; written at once, even while nothing else gets a turn. */
const pulse = 4;
const pulseEveryMs = 200;

const vectors = JSON.parse(readFileSync(join(tree, "vectors.json"), "utf8"));
// The name that the instrumented code looks for. Set before it is loaded: what runs while modules load is mutated too.
const stryker = { activeMutant: initial, currentTestId: undefined, hitCount: undefined, hitLimit: 0 };
Object.assign(globalThis, { __stryker__: stryker });

let beatenAt = 0;
function beat() {
  const now = performance.now();
  if (now - beatenAt < pulseEveryMs) return;
  beatenAt = now;
  writeSync(pulse, ".");
}

async function survey() {
  const { check } = await load("survey");
  const reached = {};
  let mostHits = 0;
  for (const [unit, vector] of vectors.entries()) {
    beat();
    stryker.currentTestId = String(unit);
    check(vector);
    for (const [id, hits] of Object.entries(stryker.mutantCoverage?.perTest?.[unit] ?? {})) {
      (reached[id] ??= []).push(unit);
      if (hits > mostHits) mostHits = hits;
    }
    if (stryker.mutantCoverage) stryker.mutantCoverage.perTest = {};
  }
  const statics = Object.keys(stryker.mutantCoverage?.static ?? {});
  return { statics, reached, mostHits };
}

/** The first of the vectors that fails with the mutant, if any. */
async function attempt({ id, units, hitLimit }) {
  stryker.activeMutant = id;
  stryker.hitLimit = hitLimit;
  try {
    const { check } = await load("try");
    for (const unit of units) {
      beat();
      // Code that is reached far more often than ever before is an endless loop, and throws.
      stryker.hitCount = 0;
      try {
        check(vectors[unit]);
      } catch {
        return { killer: unit };
      }
    }
    return {};
  } catch {
    // It cannot even be loaded.
    return { killer: -1 };
  } finally {
    stryker.activeMutant = undefined;
  }
}

/** Runs the tests as `node --test` does: they begin when their file is loaded, and leave an exit code. */
async function runTests({ files }) {
  setInterval(beat, pulseEveryMs).unref();
  const { default: fc } = await import("fast-check");
  fc.configureGlobal({ seed: 1 });
  // A tenth of the situations: there are many mutants.
  process.env.ROLECALL_POLICY_TIMES = "0.1";
  for (const file of files) await import(join(tree, "try/core/policy/dist", file));
  process.disconnect();
}

const load = (part) => import(join(tree, part, "core/policy/dist/vectors/check.js"));

process.on("message", async (message) => {
  beat();
  if (message.job === "tests") return runTests(message);
  process.send(message.job === "survey" ? await survey() : await attempt(message));
});
process.send("ready");
