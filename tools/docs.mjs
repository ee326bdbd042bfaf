// Writes the documents that are made from the code.
//
//   node tools/docs.mjs           writes
//   node tools/docs.mjs --check   compares; exits 1 when a committed file differs
//
// Reads what is built: run tools/build.mjs first.
import { readFileSync, writeFileSync } from "node:fs";
import prettier from "prettier";
import { apiCoveragePage } from "./docs/api-coverage.mjs";
import { conditionKeysPage } from "./docs/condition-keys.mjs";
import { configurationPage, configurationSchema } from "./docs/configuration.mjs";
import { lintPage } from "./docs/lint.mjs";

/** Path -> its text before formatting. */
const pages = {
  "docs/api-coverage.md": apiCoveragePage,
  "docs/condition-keys.md": conditionKeysPage,
  "docs/configuration.md": configurationPage,
  "docs/configuration.schema.json": configurationSchema,
  "docs/lint.md": lintPage,
};

const root = new URL("../", import.meta.url);
let stale = 0;
for (const [path, write] of Object.entries(pages)) {
  const url = new URL(path, root);
  const options = await prettier.resolveConfig(url);
  const text = await prettier.format(await write(), { ...options, filepath: path });
  if (!process.argv.includes("--check")) writeFileSync(url, text);
  else if (read(url) !== text) {
    process.stderr.write(`${path} is not what tools/docs.mjs writes\n`);
    stale++;
  }
}
process.exitCode = stale > 0 ? 1 : 0;

function read(url) {
  try {
    return readFileSync(url, "utf8");
  } catch {
    return undefined;
  }
}
