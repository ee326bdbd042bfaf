#!/usr/bin/env node
import { existsSync } from "node:fs";

if (!existsSync(new URL("../dist/main.js", import.meta.url))) {
  process.stderr.write(
    "rolecall is not built yet.\nRun `npm run build` (or `npm start`, which builds first).\n",
  );
  process.exit(1);
}
// Which versions of Node are supported is said in package.json; the SDK's plans for 2027 are not the user's concern.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
await import("../dist/main.js");
