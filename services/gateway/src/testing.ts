import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { testRoad } from "@rolecall/pipeline/testing";
import type { TestAnswer, TestRoad } from "@rolecall/pipeline/testing";
import { signRequest } from "@rolecall/sigv4";
import type { SigningCredentials } from "@rolecall/sigv4";
import { parseUpstream, s3Service } from "./index.ts";

export const account = "111122223333";
export const other = "444455556666";

/** A request as the upstream got it, whole. */
export interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface S3Call {
  query?: string;
  headers?: [string, string][];
  body?: string | Uint8Array;
  /** What is signed of the body; default its hash. */
  payload?: string;
  /** What happens between the head and the body. */
  beforeBody?: () => Promise<unknown>;
}

export interface S3Road {
  road: TestRoad;
  /** Requests that reached the upstream complete. */
  received: Received[];
  /** Requests that began and broke off. */
  broken: number;
  /** What the upstream does with the next requests. */
  answer: (request: Received, response: ServerResponse) => void;
  root: SigningCredentials;
  otherRoot: SigningCredentials;
  call(
    keys: SigningCredentials | undefined,
    method: string,
    path: string,
    more?: S3Call,
  ): Promise<TestAnswer>;
  /** The buckets are there and belong to `account`. */
  bucket(...names: string[]): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("latin1");
}

/** Two accounts, a road with S3 on it, and an upstream that writes down what it gets. */
export async function s3Road(t: TestContext): Promise<S3Road> {
  const server = createServer((request, response) => {
    bodyOf(request).then(
      (body) => {
        const one = { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body };
        s3.received.push(one);
        s3.answer(one, response);
      },
      () => s3.broken++,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const upstream = parseUpstream(`http://up:secret@127.0.0.1:${port}`);
  const road = await testRoad([s3Service({ upstream, now: () => Date.now() })]);
  const s3: S3Road = {
    road,
    received: [],
    broken: 0,
    answer: (_request, response) => response.end(),
    root: await road.account(account),
    otherRoot: await road.account(other),
    async bucket(...names) {
      for (const name of names)
        await road.store.write((tx) =>
          tx.buckets.insert({
            name,
            accountId: account,
            region: "eu-west-1",
            createdAtMs: 0,
            state: "ready",
          }),
        );
    },
    call(keys, method, path, { query = "", headers = [], body = "", payload, beforeBody } = {}) {
      const bytes = Buffer.from(body);
      const head = {
        method,
        path,
        query,
        headers: [["host", "s3.localhost"] as [string, string], ...headers],
      };
      if (bytes.length > 0 || method === "PUT" || method === "POST")
        head.headers.push(["content-length", String(bytes.length)]);
      const signed =
        keys === undefined
          ? head
          : signRequest(head, {
              credentials: keys,
              region: "eu-west-1",
              service: "s3",
              nowMs: road.clock.nowMs,
              bodySha256: payload ?? createHash("sha256").update(bytes).digest("hex"),
            });
      return road.send(signed, bytes, beforeBody ? { beforeBody } : {});
    },
  };
  return s3;
}

export const code = ({ body }: TestAnswer): string | undefined => /<Code>([^<]*)<\/Code>/.exec(body)?.[1];

export const allowing = (Action: string | string[], Resource: string | string[], more: object = {}) => ({
  inlinePolicies: [
    {
      name: "p",
      document: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action, Resource, ...more }],
      }),
    },
  ],
});

export const bucketPolicy = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
