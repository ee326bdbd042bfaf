import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

const sources = new URL("../src/", import.meta.url);
const code = readFileSync(new URL("choices.ts", sources), "utf8");
const page = readFileSync(new URL("../../../docs/choices.md", import.meta.url), "utf8");

const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .slice(2)
  .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "").trim()));

test("the page of choices has those of the code, and no others", () => {
  const listed = [...code.matchAll(/^\/\/ - ([\w-]+):/gm)].map(([, name]) => name);
  const written = [...code.matchAll(/^export (?:function|const) (\w+)/gm)].map(([, name]) => name);
  assert.ok(listed.length > 10 && written.length >= 4);
  assert.deepEqual(rows.map(([name]) => name).toSorted(), [...listed, ...written].toSorted());
});

test("every choice says where it is decided, from which page, and why", () => {
  for (const [name, open, reading, file, source, why] of rows) {
    assert.ok(open && reading && why, name);
    assert.match(source ?? "", /^\[page\]\(https:\/\/\S+\)$/, name);
    assert.ok(existsSync(new URL((file ?? "").replaceAll("`", ""), sources)), `${name}: ${file}`);
  }
});
