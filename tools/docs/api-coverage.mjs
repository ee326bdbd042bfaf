// docs/api-coverage.md: for every operation of the API models, what the built services have of it.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { iam, sts } from "../../core/model/dist/index.js";
import { iamService } from "../../services/iam/dist/index.js";
import { stsService } from "../../services/sts/dist/index.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const apis = [
  { title: "IAM", model: iam, service: iamService, room: "services/iam/src" },
  { title: "STS", model: sts, service: stsService, room: "services/sts/src" },
];

function* filesIn(folder, wanted) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const file = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "node_modules" && entry.name !== "dist") yield* filesIn(file, wanted);
    } else if (wanted.test(entry.name)) yield relative(root, join(root, file));
  }
}
const read = (file) => readFileSync(join(root, file), "utf8");

// Tests of the stock SDK name a command by the operation, those of the CLI by its name in lower case with hyphens.
const tests = ["core", "services", "apps", "conformance"]
  .flatMap((folder) => [...filesIn(folder, /\.test\.ts$/)])
  .filter((file) => !file.endsWith("every-operation.test.ts"))
  .concat([...filesIn("vectors", /\.json$/)])
  .map((file) => ({ file, text: read(file) }));
const asCommand = (name) =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
function isTested(name, prefix) {
  const named = new RegExp(
    `(["'\`]|${prefix}:)${name}(Command)?\\b|\\b${name}Command\\b|["'\` ]${asCommand(name)}["'\` ]`,
  );
  return tests.some(({ text }) => named.test(text));
}

/** Source of each operation's definition up to its handler: its authorization stands there. */
const definitionsOf = (room) =>
  new Map(
    [...filesIn(room, /^(?!.*\.test).*\.ts$/)].flatMap((file) =>
      [...read(file).matchAll(/operation\(\s*(?:iam|sts),\s*"(\w+)",\s*\{([\s\S]*?)\bhandle\b/g)].map(
        ([, name, definition]) => [name, definition],
      ),
    ),
  );

function authorizationOf(name, definitions) {
  const definition = definitions.get(name);
  if (definition === undefined)
    throw new Error(`the definition of ${name} is not found in its service's source`);
  if (!/\bauthorization\b/.test(definition)) throw new Error(`${name} says nothing of its authorization`);
  return /=> "none"|return "none"/.test(definition) ? "none, as AWS" : "checked";
}

/** Required members and constraints that the decoder enforces, down to the members of structures and lists. */
function rulesOf(shape, seen = new Set()) {
  if (shape.type === "structure") {
    if (seen.has(shape.name)) return 0;
    const inside = new Set([...seen, shape.name]);
    return shape.members.reduce(
      (sum, { shape: member, isRequired }) => sum + (isRequired ? 1 : 0) + rulesOf(member, inside),
      0,
    );
  }
  const own = ["min", "max", "pattern", "enum"].filter((rule) => shape[rule] !== undefined).length;
  return own + (shape.type === "list" ? rulesOf(shape.member, seen) : 0);
}

const row = (cells) => `| ${cells.join(" | ")} |`;
const table = (head, rows) => [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

function coverage({ title, model, service, room }) {
  const definitions = definitionsOf(room);
  const implemented = new Set(service.operations.map(({ name }) => name));
  const names = Object.keys(model.operations).sort();
  const strange = [...implemented].filter((name) => !names.includes(name));
  if (strange.length > 0)
    throw new Error(`${title} has operations that its model has not: ${strange.join(", ")}`);
  const rows = names.map((name) => {
    const { input } = model.operations[name];
    const link = `[${name}](https://docs.aws.amazon.com/${title}/latest/APIReference/API_${name}.html)`;
    if (!implemented.has(name)) return [link, "no", "", "", "", ""];
    const isListing = input.members.some(({ name: member }) => member === "Marker");
    const rules = rulesOf(input);
    return [
      link,
      "yes",
      authorizationOf(name, definitions),
      isListing ? "yes" : "",
      rules === 0 ? "" : `${rules} ${rules === 1 ? "rule" : "rules"}`,
      isTested(name, model.id) ? "yes" : "no",
    ];
  });
  return { title, rows, count: names.length, built: implemented.size };
}

const covered = apis.map(coverage);
export const apiCoveragePage = () => `# Coverage of the APIs

Written by \`node tools/docs.mjs\` from the built services and the API models. An operation that is not
implemented is authenticated like all others and answers \`NotImplemented\` (400) with its name.

${table(
  ["API", "operations", "implemented", "without a test of their own"],
  covered.map(({ title, count, built, rows }) => [
    title,
    String(count),
    String(built),
    String(rows.filter((cells) => cells[1] === "yes" && cells[5] === "no").length),
  ]),
)}

- **authorized**: \`checked\` means that the operation names the actions and resources that must be allowed, and that
  policies decide; \`none, as AWS\` that every authenticated caller may call it.
- **paginated**: takes \`Marker\`, and \`MaxItems\` where the model has it. Operations without these members are left empty.
- **validated**: how many required members, lengths, ranges, patterns and value sets the decoder enforces.
- **tested**: a test or vector names the operation. \`services/iam/src/every-operation.test.ts\` asks every operation of
  IAM besides: denied without permissions in AWS's words, required members, unknown members, pages.

${covered
  .map(
    ({ title, rows }) =>
      `## ${title}\n\n${table(["operation", "implemented", "authorized", "paginated", "validated", "tested"], rows)}`,
  )
  .join("\n\n")}
`;
