#!/usr/bin/env node
import { existsSync } from "node:fs";

if (!existsSync(new URL("../dist/main.js", import.meta.url))) {
  process.stderr.write(
    "rolecall is not built yet.\nRun `npm run build` (or `npm start`, which builds first).\n",
  );
  process.exit(1);
}
await import("../dist/main.js");
