// Builds every room that is out of date. A tree without the compiler (production install) must be built already.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = new URL("../node_modules/typescript/bin/tsc", import.meta.url);

if (existsSync(tsc)) {
  const { status } = spawnSync(process.execPath, [fileURLToPath(tsc), "-b"], { cwd: root, stdio: "inherit" });
  process.exit(status ?? 1);
}
if (!existsSync(new URL("../apps/cli/dist/main.js", import.meta.url))) {
  process.stderr.write(
    "Rolecall is not built and the TypeScript compiler is not installed.\nRun `npm ci` first.\n",
  );
  process.exit(1);
}
