// Reads one service's API model out of the AWS SDK: operations, structures and errors from the exported schemas,
// the order of members and the errors of each operation from the .d.ts files beside them.

import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { NormalizedSchema } from "@smithy/core/schema";

const require = createRequire(import.meta.url);

/**
 * @param packageName  `@aws-sdk/client-iam`
 * @returns `{ operations, structures, errors }`; a type is `{ type: "string" | … }`, see `typeOf`
 */
export async function readSdkModel(packageName) {
  const client = await import(packageName);
  const types = join(dirname(require.resolve(`${packageName}/package.json`)), "dist-types");
  const declared = readInterfaces(join(types, "models"));

  const errors = {};
  const operations = {};
  const structures = {};
  const queue = [];

  for (const value of Object.values(client)) {
    if (!Array.isArray(value)) continue;
    const [kind, , name] = value;
    if (kind === -3 && value[4].length > 0) errors[name] = errorOf(value);
    if (kind === 9) {
      const [input, output] = [value[4], value[5]].map((ref) => NormalizedSchema.of(ref));
      operations[name] = { input: nameOf(input, queue), output: nameOf(output, queue) };
    }
  }
  for (const [name, operation] of Object.entries(operations)) {
    operation.errors = thrownBy(join(types, "commands", `${name}Command.d.ts`)).map(
      (shape) => errors[shape].code,
    );
  }
  while (queue.length > 0) {
    const schema = queue.pop();
    const name = schema.getName();
    structures[name] ??= membersOf(schema, declared, queue);
  }
  return { operations, structures, errors };
}

function nameOf(schema, queue) {
  if (schema.isUnitSchema()) return undefined;
  queue.push(schema);
  return schema.getName();
}

function membersOf(schema, declared, queue) {
  const raw = schema.getSchema();
  const name = schema.getName();
  const requiredCount = raw[6] ?? 0; // the schema lists the required members first and says how many they are
  const required = new Set(raw[4].slice(0, requiredCount));
  const members = new Map(schema.structIterator());
  const published = declared.get(name);
  // A union is declared as a type, not as an interface; none of its members is ever required.
  const order = published ? published.map(({ member }) => member) : [...members.keys()];
  for (const { member, isRequired } of published ?? []) {
    if (isRequired !== required.has(member))
      throw new Error(`${name}.${member}: schema and declaration disagree`);
  }
  if (order.length !== members.size)
    throw new Error(`${name}: schema and declaration differ in their members`);
  return order.map((member) => {
    const type = typeOf(members.get(member), queue);
    for (const trait of Object.keys(members.get(member).getMergedTraits())) {
      if (!knownTraits.has(trait)) throw new Error(`${name}.${member}: trait ${trait} is not understood`);
    }
    return { member, type, isRequired: required.has(member) };
  });
}

// Everything else (xmlName, xmlFlattened, timestampFormat …) would change the wire form and must not pass unseen.
const knownTraits = new Set(["sensitive", "idempotencyToken", "httpError", "error"]);

function typeOf(schema, queue) {
  const isSensitive = Boolean(schema.getMergedTraits().sensitive);
  const sensitive = isSensitive ? { isSensitive } : {};
  if (schema.isListSchema()) return { type: "list", member: typeOf(schema.getValueSchema(), queue) };
  if (schema.isMapSchema()) {
    return {
      type: "map",
      key: typeOf(schema.getKeySchema(), queue),
      value: typeOf(schema.getValueSchema(), queue),
    };
  }
  if (schema.isStructSchema()) return { type: "structure", name: nameOf(schema, queue) };
  if (schema.isBlobSchema()) return { type: "blob", ...sensitive };
  if (schema.isTimestampSchema()) {
    if (![4, 5].includes(schema.getSchema()))
      throw new Error(`timestamp format ${schema.getSchema()} is not understood`);
    return { type: "timestamp" };
  }
  if (schema.isBooleanSchema()) return { type: "boolean" };
  if (schema.isNumericSchema()) return { type: "integer" };
  if (schema.isStringSchema()) return { type: "string", ...sensitive };
  throw new Error(`${schema.getName()}: a kind of shape that is not understood`);
}

function errorOf([, , name, traits]) {
  // Without the awsQueryError trait the code on the wire is the shape's own name.
  const [code, status] = traits.awsQueryError ?? [name, traits.httpError];
  return { code, status, fault: traits.error === "server" ? "Receiver" : "Sender" };
}

function thrownBy(path) {
  return [...readFileSync(path, "utf8").matchAll(/@throws \{@link (\w+)\} \((?:client|server) fault\)/g)].map(
    (m) => m[1],
  );
}

/** Interface name to its members in the order of the model. */
function readInterfaces(directory) {
  const interfaces = new Map();
  for (const file of readdirSync(directory).filter((file) => /^models_\d+\.d\.ts$/.test(file))) {
    const text = readFileSync(join(directory, file), "utf8");
    for (const [, name, body] of text.matchAll(/^export interface (\w+) \{\n([\s\S]*?)^\}/gm)) {
      const members = [...body.matchAll(/^ {4}(\w+)(\?)?: /gm)];
      interfaces.set(
        name,
        members.map(([, member, optional]) => ({ member, isRequired: optional === undefined })),
      );
    }
  }
  return interfaces;
}
