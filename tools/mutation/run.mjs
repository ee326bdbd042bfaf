// Mutation testing of the policy engine: changes every operator, literal and branch of the folders below, one at a
// time, and checks that the vectors and the reference evaluator notice. Prints what survived.
//
//   npm run mutate [part of a file name] [every nth mutant only] [from the mth on]
//   ROLECALL_MUTATION_JSON=FILE   writes every mutant and what killed it
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import { endChildren, startChild } from "./children.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const source = fileURLToPath(new URL("../../core/policy/dist/", import.meta.url));
const tree = join(here, ".work", String(process.pid));
const folders = ["match", "conditions", "evaluate"];
const only = process.argv[2] ?? "";
const step = Number(process.argv[3] ?? 1);
const offset = Number(process.argv[4] ?? 0);
const jsonFile = process.env.ROLECALL_MUTATION_JSON;
/** How many mutants must be killed, in percent; survivors that are explained are not. */
const goal = 90;

/** Survivors that are no fault of the tests, by file and mutated text, with the reason. */
const explained = JSON.parse(readFileSync(join(here, "explained.json"), "utf8"));

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => {
    endChildren();
    rmSync(tree, { recursive: true, force: true });
    process.exit(130);
  });
process.on("exit", () => {
  endChildren();
  rmSync(tree, { recursive: true, force: true });
});

const startedAt = Date.now();
for (const part of ["survey", "try"])
  cpSync(source, join(tree, part, "core/policy/dist"), { recursive: true });
writeFileSync(join(tree, "package.json"), '{"type":"module"}');

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
      .flatMap((name) => JSON.parse(readFileSync(join(folder, name), "utf8")))
      .filter(({ skip }) => skip === undefined),
    ...fc
      .sample(situation(), { numRuns: sampleSize, seed })
      .map((one) => ({ name: "sampled", source: "observed", ...vectorOf(one) })),
  ];
}

const files = folders.flatMap((folder) =>
  readdirSync(join(source, folder))
    .filter((name) => name.endsWith(".js") && !name.endsWith(".test.js"))
    .map((name) => `${folder}/${name}`)
    .filter((name) => name.includes(only))
    .map((name) => ({ name, mutate: true, content: readFileSync(join(source, name), "utf8") })),
);
const mutants = (await instrumented()).filter((_, i) => i % step === offset);

async function instrumented() {
  const levels = ["debug", "info", "warn", "error", "trace", "fatal"];
  const silent = levels.flatMap((level) => [
    [level, () => undefined],
    [`is${level[0].toUpperCase()}${level.slice(1)}Enabled`, () => false],
  ]);
  const result = await new Instrumenter(Object.fromEntries(silent)).instrument(files, {
    excludedMutations: [],
    ignorers: [],
    plugins: null,
  });
  for (const { name, content } of result.files) {
    writeFileSync(join(tree, "survey/core/policy/dist", name), content);
    // Only the survey needs to know what is reached; counting it takes most of the time.
    const uncounted = content.replaceAll(/stryCov_\w+\((?:"\d+"(?:, )?)+\)/g, "0");
    writeFileSync(join(tree, "try/core/policy/dist", name), uncounted);
  }
  return result.mutants;
}

const textOf = new Map(files.map(({ name, content }) => [name, content.split("\n")]));
const shown = ({ fileName, location, replacement }) => ({
  file: fileName,
  line: textOf.get(fileName)?.[location.start.line]?.trim(),
  replacement,
});

const surveyor = startChild(tree);
const surveyed = await surveyor.ask({ job: "survey" });
surveyor.end();
if (surveyed === undefined) throw new Error("the vectors do not pass even without a mutant");
const { reached, mostHits } = surveyed;
const statics = new Set(surveyed.statics);
const hitLimit = 100 * mostHits + 100_000;
process.stderr.write(
  `${mutants.length} mutants, ${vectors.length} vectors; surveyed in ${Date.now() - startedAt} ms\n`,
);

const survived = Symbol("survived");
/** Mutant -> number of the vector that killed it, what else did, or `survived`. */
const results = new Map();
/** How many mutants each vector has killed: those that have killed most come first. */
const kills = new Uint32Array(vectors.length);

function keep(mutant, answer) {
  const killer = answer === undefined ? "looped, or filled memory" : answer.killer;
  results.set(mutant, killer === -1 ? "was not loaded" : (killer ?? survived));
  if (killer >= 0) kills[killer]++;
  if (killer === undefined) process.stderr.write(`  ${JSON.stringify(shown(mutant))}\n`);
  if (results.size % 50 === 0 || killer === undefined)
    process.stderr.write(`${results.size} of ${mutants.length} tried, ${survivors().length} alive\n`);
}

function survivors() {
  return mutants.filter((mutant) => results.get(mutant) === survived);
}

const everyVector = Array.from(vectors.keys());
const message = (id, units) => ({
  job: "try",
  id,
  units: units.toSorted((a, b) => kills[b] - kills[a]),
  hitLimit,
});

/** Goes through the queue with one child, which is replaced when a mutant ends it. */
async function serve(queue) {
  let child;
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const units = reached[mutant.id];
    if (units === undefined) {
      keep(mutant, {});
      continue;
    }
    child ??= startChild(tree);
    const answer = await child.ask(message(mutant.id, units));
    if (answer === undefined) child = undefined;
    keep(mutant, answer);
  }
  child?.end();
}

/** Code that runs while modules load is changed only when they are loaded anew: a child for each. */
async function serveStatics(queue) {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const child = startChild(tree, mutant.id);
    keep(mutant, await child.ask(message(mutant.id, everyVector)));
    child.end();
  }
}

const lanes = Array.from({ length: Math.min(4, availableParallelism()) });
const queue = mutants.filter(({ id }) => !statics.has(id));
await Promise.all(lanes.map(() => serve(queue)));
const staticQueue = mutants.filter(({ id }) => statics.has(id));
await Promise.all(lanes.map(() => serveStatics(staticQueue)));

/** What no vector has killed, a unit test may: some of them count how often a matcher looks at its text. */
const testFiles = folders.flatMap((folder) =>
  readdirSync(join(source, folder))
    // The laws draw other situations each time.
    .filter((name) => name.endsWith(".test.js") && name !== "laws.test.js")
    .map((name) => `${folder}/${name}`),
);
async function serveTests(queue) {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const child = startChild(tree, mutant.id);
    await child.ask({ job: "tests", files: testFiles });
    if (child.exitCode() !== 0) results.set(mutant, "a unit test");
    child.end();
  }
}
process.stderr.write(`${survivors().length} outlive the vectors; trying unit tests\n`);
const testQueue = survivors();
await Promise.all(lanes.map(() => serveTests(testQueue)));

const isAbout = (one, mutant) => {
  const { file, line, replacement } = shown(mutant);
  return one.file === file && one.line === line && one.replacement === replacement;
};
const reasonOf = (mutant) => explained.find((one) => isAbout(one, mutant))?.reason;
const unexplained = survivors().filter((mutant) => reasonOf(mutant) === undefined);
if (only === "" && step === 1)
  for (const one of explained)
    if (!survivors().some((mutant) => isAbout(one, mutant)))
      process.stdout.write(`explained, but survives no more: ${JSON.stringify(one)}\n`);
for (const mutant of unexplained) process.stdout.write(`${JSON.stringify(shown(mutant))}\n`);
for (const { name } of files) {
  const all = mutants.filter(({ fileName }) => fileName === name);
  const dead = all.filter((mutant) => results.get(mutant) !== survived);
  if (all.length > 0)
    process.stdout.write(
      `${name.padEnd(36)} ${String(dead.length).padStart(4)} of ${String(all.length).padStart(4)} killed\n`,
    );
}
if (jsonFile !== undefined)
  writeFileSync(
    jsonFile,
    JSON.stringify(
      mutants.map((mutant) => {
        const result = results.get(mutant);
        const killedBy = typeof result === "number" ? vectors[result].name : result;
        return {
          ...shown(mutant),
          mutator: mutant.mutatorName,
          killedBy: result === survived ? null : killedBy,
          reason: result === survived ? reasonOf(mutant) : undefined,
        };
      }),
      undefined,
      2,
    ),
  );
const killed = mutants.length - survivors().length;
const share = (100 * killed) / mutants.length;
process.stdout.write(
  `${mutants.length} mutants, ${killed} killed (${share.toFixed(1)} %), ${survivors().length - unexplained.length} survivors explained, ${unexplained.length} not; ${Math.round((Date.now() - startedAt) / 1000)} s\n`,
);
process.exit(share >= goal ? 0 : 1);
