import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../apps/cli/bin/rolecall.js", import.meta.url));

/** The environment without anything that would steer a client or the server under test. */
export function cleanEnvironment(more: Record<string, string> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !/^(AWS_|ROLECALL_)/.test(name),
  ) as [string, string][];
  return { ...Object.fromEntries(kept), AWS_EC2_METADATA_DISABLED: "true", ...more };
}

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end, which is enforced after `timeoutMs`. */
export function run(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
  timeoutMs = 120_000,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}

/** `rolecall …` as a user runs it. */
export const rolecall = (args: readonly string[], env = cleanEnvironment()): Promise<Finished> =>
  run(process.execPath, [bin, ...args], env);

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** A started server: a real process on a free port and a data directory of its own. */
export interface ServerProcess {
  url: string;
  port: number;
  data: string;
  child: ChildProcess;
  /** Key pair of a profile in the data directory's credentials file. */
  profile(name?: string): Keys;
  /** Output so far, for messages of failing tests. */
  output(): string;
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), "rolecall-conformance-"));
}

export function removeDirectory(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

function readProfile(data: string, name: string): Keys {
  const text = readFileSync(join(data, "credentials"), "utf8");
  const section = text.split(/^(?=\[)/m).find((part) => part.startsWith(`[${name}]`)) ?? "";
  const value = (key: string): string => new RegExp(`^${key} = (.+)$`, "m").exec(section)?.[1] ?? "";
  return { accessKeyId: value("aws_access_key_id"), secretAccessKey: value("aws_secret_access_key") };
}

/** Starts a server and waits until it says where it listens. */
export async function startProcess(
  data: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [bin, "start", "--port", "0", "--data", data, ...args], {
    env: cleanEnvironment(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const exited = new Promise<number | null>((resolve) => child.on("exit", (code) => resolve(code)));
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the server did not start:\n${output}`)), 60_000);
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /listening on (http:\/\/\S+?),/.exec(output);
      if (found?.[1] === undefined || !output.includes("Ready.")) return;
      clearTimeout(timer);
      resolve(found[1]);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("exit", () => {
      clearTimeout(timer);
      reject(new Error(`the server ended before it was ready:\n${output}`));
    });
  });
  return {
    url,
    port: Number(new URL(url).port),
    data,
    child,
    profile: (name = "rolecall") => readProfile(data, name),
    output: () => output,
    kill(signal) {
      child.kill(signal);
      return exited;
    },
  };
}
