// Mutation testing of the policy engine: changes every operator, literal and branch of the folders below, one at a
// time, and checks that the vectors and the reference evaluator notice. Prints what survived.
//
//   npm run mutate [part of a file name]
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { Instrumenter } from "@stryker-mutator/instrumenter";

const here = fileURLToPath(new URL(".", import.meta.url));
const source = fileURLToPath(new URL("../../core/policy/dist/", import.meta.url));
const tree = join(here, ".work");
const folders = ["match", "conditions", "evaluate"];
const only = process.argv[2] ?? "";
/** A mutant that runs so long has made an endless loop. */
const timeoutMs = 20_000;

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
cpSync(fileURLToPath(new URL("../../vectors", import.meta.url)), join(tree, "vectors"), { recursive: true });
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
const { files: mutated, mutants } = await new Instrumenter(logger).instrument(files, {
  excludedMutations: [],
  ignorers: [],
  plugins: null,
});
for (const { name, content } of mutated) writeFileSync(join(tree, "core/policy/dist", name), content);

const textOf = new Map(files.map(({ name, content }) => [name, content.split("\n")]));
const queue = mutants.map(({ id }) => id);
const results = new Map();

/** One worker goes through the queue; it is replaced when a mutant must be loaded afresh, or hangs. */
function serve() {
  return new Promise((resolve) => {
    let worker;
    let timer;
    let current;
    const start = (first) => {
      worker = new Worker(join(here, "worker.mjs"), {
        workerData: { tree: join(tree, "core/policy/dist"), first },
      });
      worker.on("message", ({ id, result }) => {
        clearTimeout(timer);
        if (id !== undefined) results.set(id, result);
        if (id !== undefined && results.size % 100 === 0)
          process.stderr.write(`${results.size} of ${mutants.length}\n`);
        // Code that runs while modules load is changed only when they are loaded anew.
        if (result === "static") renew(id);
        else next();
      });
      worker.on("error", () => {
        clearTimeout(timer);
        if (current !== undefined && !results.has(current)) results.set(current, "killed");
        start();
      });
    };
    const watch = () => {
      timer = setTimeout(() => {
        results.set(current, "killed");
        void worker.terminate().then(() => start());
      }, timeoutMs);
    };
    const renew = (id) => {
      current = id;
      results.delete(id);
      void worker.terminate().then(() => {
        start(id);
        watch();
      });
    };
    const next = () => {
      current = queue.shift();
      if (current === undefined) {
        void worker.terminate();
        resolve();
        return;
      }
      worker.postMessage(current);
      watch();
    };
    start();
  });
}

const startedAt = Date.now();
await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, serve));

const survivors = mutants.filter(({ id }) => results.get(id) === "survived");
const reasonOf = ({ fileName, replacement, location }) => {
  const line =
    textOf.get(fileName)?.[location.start.line - 1]?.trim() ??
    textOf.get(fileName)?.[location.start.line]?.trim();
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
