import { readFileSync } from "node:fs";
import {
  createLog,
  fromEnvironment,
  fromFile,
  resolveSettings,
  SettingsProblem,
  startServer,
  startWorker,
  startWorkers,
  workerNumber,
} from "@rolecall/server";
import type { Given, Settings } from "@rolecall/server";

/** Answers that are still running get this long before the process ends anyway. */
const shutdownMs = 5000;

/** Settings from flags, then environment, then the configuration file. */
export function gatherSettings(flags: Given, environment: NodeJS.ProcessEnv): Settings {
  const fromVariables = fromEnvironment(environment);
  const path = (flags.config ?? fromVariables.config)?.at(-1);
  if (path === undefined) return resolveSettings([flags, fromVariables]);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new SettingsProblem(
      `Cannot read ${path}: ${(error as Error).message}`,
      "Name an existing file with --config.",
    );
  }
  return resolveSettings([flags, fromVariables, fromFile(path, text)]);
}

/** Runs the server until it is told to stop. */
export async function start(flags: Given, version: string): Promise<void> {
  const settings = gatherSettings(flags, process.env);
  const log = createLog(settings.logLevel);
  const isWorker = workerNumber() !== undefined;
  const run = isWorker ? startWorker : settings.workers > 1 ? startWorkers : startServer;
  const server = await run(settings, version, log);
  const lines = [
    "",
    `Rolecall ${version} is listening on ${server.url}, enforcing.`,
    server.isNew
      ? `Created account ${server.accountId}. Its root key is in ${server.credentialsFile}, profile rolecall.`
      : `Account ${server.accountId}; credentials in ${server.credentialsFile}, profile rolecall.`,
    "",
    "To use it from another terminal:",
    '  eval "$(npx rolecall env)" && aws sts get-caller-identity',
    "  npx rolecall demo",
    ...(settings.workers > 1 ? ["", `${settings.workers} processes share the port.`] : []),
    ...(server.developmentS3
      ? ["", "S3 is the embedded development store; name another with --upstream s3=URL."]
      : []),
    "",
    "Ready.",
    "",
  ];
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), shutdownMs).unref();
    void server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log("error", "shutdown failed", { error: String(error) });
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // Last: whoever reads it may stop us at once.
  if (!isWorker) process.stdout.write(lines.join("\n"));
}
