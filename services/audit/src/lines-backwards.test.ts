import { test } from "node:test";
import { deepEqual } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linesBackwards } from "./lines-backwards.ts";

async function linesOf(text: string): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), "rolecall-lines-"));
  try {
    const path = join(directory, "file");
    writeFileSync(path, text);
    const lines: string[] = [];
    for await (const line of linesBackwards(path)) lines.push(line);
    return lines;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test("lines come from the last to the first, with or without a final line feed, empty ones left out", async () => {
  deepEqual(await linesOf(""), []);
  deepEqual(await linesOf("\n"), []);
  deepEqual(await linesOf("one"), ["one"]);
  deepEqual(await linesOf("one\ntwo\n\nthree\n"), ["three", "two", "one"]);
  deepEqual(await linesOf("\none\ntwo"), ["two", "one"]);
});

test("lines that lie across chunks, or are longer than one, come whole", async () => {
  const lines = Array.from({ length: 40 }, (_, i) => `${i}:${"é".repeat(30_000 + i)}`);
  lines.push("x".repeat(3_000_000), "last");
  deepEqual(await linesOf(`${lines.join("\n")}\n`), lines.toReversed());
});
