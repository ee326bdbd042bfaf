// Writes core/model/src/generated: the models of IAM and STS as data, their types and their errors.
//
//   node model.mjs           writes
//   node model.mjs --check   compares; exits 1 when the committed files differ

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { constrain, reorder } from "./constrain.mjs";
import { emitData } from "./emit-data.mjs";
import { emitErrors } from "./emit-errors.mjs";
import { emitTypes } from "./emit-types.mjs";
import { readSdkModel } from "./sdk-model.mjs";

const target = new URL("../../core/model/src/generated/", import.meta.url);
const services = [
  { id: "iam", packageName: "@aws-sdk/client-iam" },
  { id: "sts", packageName: "@aws-sdk/client-sts" },
];

const files = {};
const models = [];
for (const { id, packageName } of services) {
  const model = await readSdkModel(packageName);
  constrain(id, model.structures);
  reorder(id, model.structures);
  models.push(model);
  files[`${id}-data.ts`] = emitData(id, model);
  files[`${id}-types.ts`] = emitTypes(id, model);
}
files["errors.ts"] = emitErrors(models);

if (process.argv.includes("--check")) {
  const stale = Object.entries(files).filter(([name, text]) => read(new URL(name, target)) !== text);
  for (const [name] of stale)
    process.stderr.write(`core/model/src/generated/${name} is not what tools/codegen writes\n`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  mkdirSync(target, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(new URL(name, target), text);
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
