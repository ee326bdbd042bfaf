// Takes the lengths, ranges, patterns and value sets out of botocore's service models, once, into constraints.json.
//
//   node extract-constraints.mjs PATH/iam/2010-05-08/service-2.json.gz PATH/sts/2011-06-15/service-2.json.gz
//
// The SDK's schemas do not carry them. botocore is Apache-2.0: see NOTICE.

import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const [iamPath, stsPath] = process.argv.slice(2);
if (!iamPath || !stsPath) {
  process.stderr.write("usage: node extract-constraints.mjs IAM_SERVICE_2_JSON_GZ STS_SERVICE_2_JSON_GZ\n");
  process.exit(2);
}

const extracted = { iam: extract(iamPath), sts: extract(stsPath) };
writeFileSync(new URL("constraints.json", import.meta.url), JSON.stringify(extracted, null, 1) + "\n");

function extract(path) {
  const bytes = readFileSync(path);
  const model = JSON.parse((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8"));
  // Only what a request can hold: answers are ours and are not validated.
  const reached = new Set();
  for (const operation of Object.values(model.operations))
    reach(model.shapes, operation.input?.shape, reached);
  const structures = {};
  const shapes = {};
  for (const name of [...reached].sort()) {
    const shape = model.shapes[name];
    if (shape.type === "structure") {
      structures[name] = Object.fromEntries(
        Object.entries(shape.members).map(([member, { shape }]) => [member, shape]),
      );
      continue;
    }
    const kept = {};
    for (const key of ["min", "max", "pattern", "enum"]) if (shape[key] !== undefined) kept[key] = shape[key];
    if (shape.type === "list") kept.member = shape.member.shape;
    if (shape.type === "map") Object.assign(kept, { key: shape.key.shape, value: shape.value.shape });
    shapes[name] = { type: shape.type, ...kept };
  }
  return { structures, shapes };
}

function reach(shapes, name, reached) {
  if (name === undefined || reached.has(name)) return;
  reached.add(name);
  const shape = shapes[name];
  for (const member of Object.values(shape.members ?? {})) reach(shapes, member.shape, reached);
  for (const part of [shape.member, shape.key, shape.value]) reach(shapes, part?.shape, reached);
}
