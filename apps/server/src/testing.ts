import { createHash } from "node:crypto";
import { Agent, request } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signRequest } from "@rolecall/sigv4";
import type { SigningCredentials } from "@rolecall/sigv4";
import type { Log } from "./logger.ts";
import { resolveSettings } from "./settings.ts";
import type { Given } from "./settings.ts";
import { startServer } from "./start.ts";
import type { RunningServer } from "./start.ts";

export interface Answer {
  status: number;
  /** `Code` of an error answer. */
  code: string | undefined;
  retryAfter: string | undefined;
  body: string;
  /** The text of the first element with that name. */
  text(element: string): string;
}

const apiVersions = { iam: "2010-05-08", sts: "2011-06-15" };

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** A signed call of a query operation, or of an own path with a JSON body. Never retried. */
export function call(
  url: string,
  credentials: SigningCredentials,
  service: "iam" | "sts" | "rolecall",
  input: Record<string, string>,
  path = "/",
): Promise<Answer> {
  const target = new URL(url);
  const body =
    service === "rolecall"
      ? JSON.stringify(input)
      : new URLSearchParams({ Version: apiVersions[service], ...input }).toString();
  const head = signRequest(
    {
      method: "POST",
      path,
      query: "",
      headers: [
        ["host", target.host],
        [
          "content-type",
          service === "rolecall" ? "application/json" : "application/x-www-form-urlencoded; charset=utf-8",
        ],
      ],
    },
    {
      credentials,
      region: "us-east-1",
      service,
      nowMs: Date.now(),
      bodySha256: createHash("sha256").update(body).digest("hex"),
    },
  );
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        host: target.hostname,
        port: target.port,
        method: "POST",
        path,
        headers: [...head.headers, ["content-length", String(Buffer.byteLength(body))]].flat(),
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("error", reject);
        response.on("end", () => {
          const element = (name: string): string => new RegExp(`<${name}>([^<]*)<`).exec(text)?.[1] ?? "";
          resolve({
            status: response.statusCode ?? 0,
            code: element("Code") || undefined,
            retryAfter: response.headers["retry-after"],
            body: text,
            text: element,
          });
        });
      },
    );
    sent.setTimeout(30_000, () => sent.destroy(new Error("no answer in 30 s")));
    sent.on("error", reject);
    sent.end(body);
  });
}

export const rootCredentials: SigningCredentials = { accessKeyId: "root", secretAccessKey: "root-secret" };

export interface TestServer extends RunningServer {
  data: string;
  failures: string[];
}

/** A server in this process, on a free port and a directory of its own; its root key is `rootCredentials`. */
export async function startTestServer(given: Given = {}): Promise<TestServer> {
  const data = mkdtempSync(join(tmpdir(), "rolecall-server-"));
  const failures: string[] = [];
  const log: Log = (level, message, facts) => {
    if (level === "error") failures.push(`${message} ${JSON.stringify(facts)}`);
  };
  const settings = resolveSettings([
    {
      port: ["0"],
      data: [data],
      upstream: ["s3=http://127.0.0.1:1"],
      "root-access-key-id": [rootCredentials.accessKeyId],
      "root-secret-access-key": [rootCredentials.secretAccessKey],
      "master-key": [Buffer.alloc(32, 7).toString("base64")],
      ...given,
    },
  ]);
  const server = await startServer(settings, "0.0.0", log);
  return {
    ...server,
    data,
    failures,
    async close() {
      await server.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
