// Mutation testing of the policy engine: changes every operator, literal and branch of the folders below, one at a
// time, and checks that the vectors and the reference evaluator notice. Prints what survived.
//
//   npm run mutate [part of a file name] [every nth mutant only] [from the mth on]
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { Instrumenter } from "@stryker-mutator/instrumenter";

const here = fileURLToPath(new URL(".", import.meta.url));
const source = fileURLToPath(new URL("../../core/policy/dist/", import.meta.url));
const tree = join(here, ".work", String(process.pid));
const folders = ["match", "conditions", "evaluate"];
const only = process.argv[2] ?? "";
const step = Number(process.argv[3] ?? 1);
const offset = Number(process.argv[4] ?? 0);
/** A mutant that takes so long for one vector has made an endless loop. */
const timeoutMs = 4000;
/** One that fills memory ends with its worker, not with all. */
const resourceLimits = { maxOldGenerationSizeMb: 400 };

/** Survivors that are no fault of the tests, by file and mutated text, with the reason. */
const explained = JSON.parse(readFileSync(join(here, "explained.json"), "utf8"));

const silent = () => undefined;
const logger = Object.fromEntries(
  ["debug", "info", "warn", "error", "trace", "fatal"].map((level) => [level, silent]),
);
for (const level of ["Debug", "Info", "Warn", "Error", "Trace", "Fatal"])
  logger[`is${level}Enabled`] = () => false;

rmSync(tree, { recursive: true, force: true });
cpSync(source, join(tree, "core/policy/dist"), { recursive: true });

/** What every mutant is held against: the vectors, and situations that the reference has decided. */
const sampleSize = 1500;
const seed = 20_261_124;
const vectors = await allVectors();
writeFileSync(join(tree, "vectors.json"), JSON.stringify(vectors));

async function allVectors() {
  const folder = fileURLToPath(new URL("../../vectors/policy", import.meta.url));
  const { vectorOf } = await import(join(source, "vectors/save-vector.js"));
  const { situation } = await import(join(source, "reference/situations.js"));
  const { default: fc } = await import("fast-check");
  return [
    ...readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .flatMap((name) => JSON.parse(readFileSync(join(folder, name), "utf8"))),
    ...fc
      .sample(situation(), { numRuns: sampleSize, seed })
      .map((one) => ({ name: "sampled", source: "observed", ...vectorOf(one) })),
  ];
}

writeFileSync(join(tree, "package.json"), '{"type":"module"}');
mkdirSync(join(tree, "core/policy/dist"), { recursive: true });

const files = folders.flatMap((folder) =>
  readdirSync(join(source, folder))
    .filter(
      (name) => name.endsWith(".js") && !name.endsWith(".test.js") && `${folder}/${name}`.includes(only),
    )
    .map((name) => ({
      name: `${folder}/${name}`,
      mutate: true,
      content: readFileSync(join(source, folder, name), "utf8"),
    })),
);
const { files: mutated, mutants: all } = await new Instrumenter(logger).instrument(files, {
  excludedMutations: [],
  ignorers: [],
  plugins: null,
});
for (const { name, content } of mutated) writeFileSync(join(tree, "core/policy/dist", name), content);

const mutants = all.filter((_, i) => i % step === offset);

const textOf = new Map(files.map(({ name, content }) => [name, content.split("\n")]));
const results = new Map();
const startedAt = Date.now();

function spawn(data) {
  /** Counts the vectors that were tried, so that a slow machine is not taken for an endless loop. */
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(join(here, "worker.mjs"), {
    workerData: { tree: join(tree, "core/policy/dist"), progress, ...data },
    ...(data.job === "survey" ? {} : { resourceLimits }),
  });
  return { worker, progress };
}

/** Calls back when nothing was tried for long; the answer ends the watch. */
function watch(progress, onStuck) {
  let seen = -1;
  const timer = setInterval(() => {
    if (progress[0] === seen) {
      clearInterval(timer);
      onStuck();
    }
    seen = progress[0];
  }, timeoutMs);
  return () => clearInterval(timer);
}

function keep(id, killed) {
  results.set(id, killed ? "killed" : "survived");
  if (results.size % 20 === 0 || !killed) {
    const alive = [...results.values()].filter((result) => result === "survived").length;
    process.stderr.write(`${results.size} of ${mutants.length} tried, ${alive} alive\n`);
  }
  if (!killed) process.stderr.write(`  ${describe(mutants.find((mutant) => mutant.id === id))}\n`);
}

function describe({ fileName, location, replacement }) {
  const line = textOf.get(fileName)?.[location.start.line]?.trim();
  return JSON.stringify({ file: fileName, line, replacement });
}

/** Goes through the queue with one worker, which is replaced when a mutant makes an endless loop. */
function serve(queue, reached) {
  return new Promise((resolve) => {
    const start = () => {
      const { worker, progress } = spawn({ job: "mutants", reached });
      let unwatch = () => undefined;
      const next = () => {
        const current = queue.shift();
        if (current === undefined) {
          void worker.terminate();
          resolve();
          return;
        }
        worker.postMessage(current);
        const replace = () => {
          unwatch();
          keep(current, true);
          worker.removeAllListeners();
          worker.on("error", () => undefined);
          void worker.terminate().then(start);
        };
        unwatch = watch(progress, replace);
        worker.removeAllListeners("error").on("error", replace);
      };
      worker.on("message", ({ id, killed }) => {
        unwatch();
        if (id !== undefined) keep(id, killed);
        next();
      });
    };
    start();
  });
}

/** Code that runs while modules load is changed only when they are loaded anew: a worker for each. */
async function serveStatics(queue) {
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const { worker, progress } = spawn({ job: "static", id });
    const killed = await new Promise((resolve) => {
      const unwatch = watch(progress, () => resolve(true));
      const settle = (answer) => {
        unwatch();
        resolve(answer);
      };
      worker.on("message", (message) => settle(message.killed));
      worker.on("error", () => settle(true));
    });
    keep(id, killed);
    await worker.terminate();
  }
}

const { statics, reached } = await new Promise((resolve, reject) => {
  const { worker } = spawn({ job: "survey" });
  worker.on("message", resolve);
  worker.on("error", reject);
});
const ids = mutants.map(({ id }) => id);
const isStatic = new Set(statics.filter((id) => ids.includes(id)));
process.stderr.write(
  `${ids.length} mutants, ${vectors.length} vectors; surveyed in ${Date.now() - startedAt} ms\n`,
);
const workers = Array.from({ length: Math.min(4, availableParallelism()) });
const queue = ids.filter((id) => !isStatic.has(id));
await Promise.all(workers.map(() => serve(queue, reached)));
const staticQueue = [...isStatic];
await Promise.all(workers.map(() => serveStatics(staticQueue)));

const survivors = mutants.filter(({ id }) => results.get(id) === "survived");
const reasonOf = ({ fileName, replacement, location }) => {
  const line = textOf.get(fileName)?.[location.start.line]?.trim();
  const found = explained.find(
    (one) => one.file === fileName && one.line === line && one.replacement === replacement,
  );
  return { line, reason: found?.reason };
};
let unexplained = 0;
const perFile = new Map();
for (const mutant of mutants) {
  const row = perFile.get(mutant.fileName) ?? { all: 0, survived: 0 };
  row.all++;
  if (results.get(mutant.id) === "survived") row.survived++;
  perFile.set(mutant.fileName, row);
}
for (const mutant of survivors) {
  const { line, reason } = reasonOf(mutant);
  if (reason !== undefined) continue;
  unexplained++;
  process.stdout.write(
    `${JSON.stringify({ file: mutant.fileName, line, replacement: mutant.replacement })}\n`,
  );
}
for (const [file, { all, survived }] of [...perFile].sort())
  process.stdout.write(
    `${file.padEnd(36)} ${String(all - survived).padStart(4)} of ${String(all).padStart(4)} killed\n`,
  );
const killed = mutants.length - survivors.length;
const share = (100 * killed) / mutants.length;
process.stdout.write(
  `${mutants.length} mutants, ${killed} killed (${share.toFixed(1)} %), ${survivors.length - unexplained} survivors explained, ${unexplained} not; ${Math.round((Date.now() - startedAt) / 1000)} s\n`,
);
rmSync(tree, { recursive: true, force: true });
process.exit(share >= 90 ? 0 : 1);
