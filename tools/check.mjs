// Everything that guards the main line, in one command. Each row runs; the table at the end says which failed.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (name) => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
const rows = [
  ["types", process.execPath, ["tools/build.mjs"]],
  ["lint", bin("oxlint"), ["--deny-warnings"]],
  ["format", bin("prettier"), ["--check", "--log-level", "warn", "."]],
  ["arrows", process.execPath, ["tools/arrows.mjs"]],
  ["house rules", process.execPath, ["tools/house-rules.mjs"]],
  ["docs", process.execPath, ["tools/docs.mjs", "--check"]],
];

let failed = 0;
const lines = [];
for (const [name, command, args] of rows) {
  process.stdout.write(`== ${name}\n`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) failed++;
  lines.push(`${status === 0 ? "passed" : "FAILED"}  ${name}`);
}
process.stdout.write(`\n${lines.join("\n")}\n${rows.length - failed} passed, ${failed} failed\n`);
process.exit(failed > 0 ? 1 : 0);
