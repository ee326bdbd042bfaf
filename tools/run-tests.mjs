// Runs every built *.test.js in one process: a process per file would take longer to start than to test.
// With arguments, only files whose path contains one of them.
import { readdirSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { join, relative } from "node:path";
import { after } from "node:test";

const root = fileURLToPath(new URL("..", import.meta.url));
const storeys = ["core", "stores", "services", "apps", "conformance"];
const wanted = process.argv.slice(2);

/** A built test whose source is gone is stale output, not a test. */
function* testFiles(dir) {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.name === "node_modules") continue;
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* testFiles(path);
    else if (entry.name.endsWith(".test.ts") && !path.includes("/dist/"))
      yield path.replace("/src/", "/dist/").replace(/\.ts$/, ".js");
  }
}

const files = storeys.flatMap((storey) => [...testFiles(join(root, storey))]).sort();
let imported = 0;
for (const file of files) {
  if (wanted.length > 0 && !wanted.some((part) => relative(root, file).includes(part))) continue;
  await import(pathToFileURL(file).href);
  imported++;
}
if (imported === 0) {
  process.stderr.write("no test file matches\n");
  process.exit(1);
}
after(() => process.stdout.write(`# ${imported} test files\n`));
