// Rules of the house that no other tool knows: what may not stand in the core, and what may not be committed.
import { readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const tracked = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\0")
  .filter(Boolean);
const wrong = [];

const rules = [
  {
    files: /^core\/.*\.ts$/,
    not: /(\.test\.ts$|\/generated\/|\/reference\/)/,
    pattern: /\b(Math\.random|Date\.now|new Date\(\)|process\.|setTimeout|setInterval)\b/,
    why: "the core has no clock, randomness or environment",
  },
  {
    files: /\.(ts|mjs|js)$/,
    pattern: /[\w)\]?]:\s*any\b|\bas any\b|@ts-(ignore|nocheck|expect-error)/,
    why: "no any, no silenced type errors",
  },
  {
    files: /\.ts$/,
    pattern: /^\s*(export\s+)?(const\s+)?enum\s|^\s*namespace\s/m,
    why: "erasable TypeScript only",
  },
  {
    files: /\.test\.ts$/,
    pattern: /\b(test|it|describe)\.(only|todo)\(/,
    why: "no test may be singled out or promised",
  },
  {
    files: /^package-lock\.json$|\/package-lock\.json$|\.npmrc$/,
    pattern: /https?:\/\/[^"]*\.(tgz)|registry\s*=/,
    why: "no registry hosts",
  },
];

for (const file of tracked) {
  if (file === "tools/house-rules.mjs" || file.includes("/generated/")) continue;
  for (const rule of rules) {
    if (!rule.files.test(file) || rule.not?.test(file)) continue;
    let text;
    try {
      text = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
    } catch {
      continue; // deleted in the working tree
    }
    text.split("\n").forEach((line, index) => {
      if (/^\s*(\/\/|\*|\/\*)/.test(line)) return;
      if (rule.pattern.test(line)) wrong.push(`${file}:${index + 1}: ${rule.why}`);
    });
  }
  if (file.endsWith(".ts")) {
    const lines = readFileSync(new URL(`../${file}`, import.meta.url), "utf8").split("\n").length;
    if (lines > 500) wrong.push(`${file}: ${lines} lines, two ideas in one file?`);
  }
}
for (const line of wrong) process.stdout.write(`${line}\n`);
process.stdout.write(`house rules: ${tracked.length} files, ${wrong.length} broken\n`);
process.exit(wrong.length > 0 ? 1 : 0);
