import { after, before, test } from "node:test";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import { Readable } from "node:stream";
import type { WireRequest, WireResponse } from "@rolecall/pipeline";
import { createHttpServer } from "./http-server.ts";
import { trustedProxies } from "./trusted-proxy.ts";

let server: Server;
let port: number;
let seen: WireRequest | undefined;
let answer: (request: WireRequest) => Promise<WireResponse>;
const failures: unknown[] = [];
const plain = async (): Promise<WireResponse> => ({
  status: 200,
  headers: [["Content-Type", "text/plain"]],
  body: "hello",
});

before(async () => {
  server = createHttpServer({
    road: (request) => {
      seen = request;
      return answer(request);
    },
    health: async () => ({ ready: true, body: { status: "ready" } }),
    metrics: async () => ({ contentType: "text/plain", body: "counted 1\n" }),
    trusted: trustedProxies(["127.0.0.2"]),
    onFailure: (error) => failures.push(error),
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends bytes, ends, and gives all that came back. */
function exchange(
  bytes: string | Buffer,
  options: {
    localAddress?: string;
    onText?: (soFar: string, write: (more: string) => void) => void;
    onConnect?: (write: (more: string) => void) => Promise<void>;
  } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      port,
      host: "127.0.0.1",
      ...(options.localAddress && { localAddress: options.localAddress }),
    });
    let text = "";
    socket.setTimeout(4000, () => socket.destroy());
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      options.onText?.(text, (more) => socket.write(more));
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
    socket.write(bytes);
    void options.onConnect?.((more) => socket.write(more)).catch(reject);
  });
}

const close = "Connection: close\r\n";

test("path, query and headers arrive as they were sent", async () => {
  answer = plain;
  await exchange(`GET /a//b/../%2e?x=%20&x=+&y HTTP/1.1\r\nHost: h\r\nX-Two: 1\r\nx-two: 2\r\n${close}\r\n`);
  equal(seen?.path, "/a//b/../%2e");
  equal(seen?.query, "x=%20&x=+&y");
  deepEqual(seen?.headers.slice(0, 3), [
    ["Host", "h"],
    ["X-Two", "1"],
    ["x-two", "2"],
  ]);
  await exchange(`GET http://other.example/p?q=1 HTTP/1.1\r\nHost: h\r\n${close}\r\n`);
  deepEqual([seen?.path, seen?.query], ["/p", "q=1"]);
});

test("forwarding headers count from a trusted peer only", async () => {
  answer = plain;
  const head = `GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 198.51.100.1\r\nX-Forwarded-Proto: https\r\n${close}\r\n`;
  await exchange(head);
  deepEqual([seen?.remoteAddress, seen?.tls], ["127.0.0.1", undefined]);
  await exchange(head, { localAddress: "127.0.0.2" });
  equal(seen?.remoteAddress, "198.51.100.1");
  ok(seen?.tls);
});

test("100 Continue is said only when the body is asked for", async () => {
  const head = `PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n${close}\r\n`;
  answer = async () => ({ status: 403, headers: [], body: "no" });
  const refused = await exchange(head);
  match(refused, /^HTTP\/1\.1 403/);
  answer = async (request) => ({
    status: 200,
    headers: [],
    body: `got ${Buffer.from(await request.body.buffer(10)).toString()}`,
  });
  let sent = false;
  const accepted = await exchange(head, {
    onText(text, write) {
      if (!sent && text.startsWith("HTTP/1.1 100")) write("hello");
      sent = true;
    },
  });
  match(accepted, /^HTTP\/1\.1 100 Continue[\s\S]*got hello$/);
});

test("a body is the same however it comes, and the connection goes on", async () => {
  answer = async (request) => ({
    status: 200,
    headers: [],
    body: `got ${Buffer.from(await request.body.buffer(10)).toString()};`,
  });
  const head = "POST / HTTP/1.1\r\nHost: h\r\n";
  const sized = `${head}Content-Length: 5\r\n\r\n`;
  const ways: [string, string[]][] = [
    ["with its head", [`${sized}hello`]],
    ["behind its head", [sized, "hello"]],
    ["in pieces", [`${sized}he`, "llo"]],
    ["in chunks", [`${head}Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\n`, "llo\r\n0\r\n\r\n"]],
    ["before it was asked for", [`${head}Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello`]],
  ];
  for (const [way, pieces] of ways) {
    const last = `${head}Content-Length: 0\r\n${close}\r\n`;
    const [first = "", ...rest] = [...pieces, last];
    const text = await exchange(first, {
      onConnect: async (write) => {
        for (const piece of rest) {
          await setTimeout(20);
          write(piece);
        }
      },
    });
    deepEqual(text.match(/got \w*;/g), ["got hello;", "got ;"], way);
  }
  const pipelined = await exchange(`${sized}hello${sized}world${head}Content-Length: 0\r\n${close}\r\n`);
  deepEqual(pipelined.match(/got \w*;/g), ["got hello;", "got world;", "got ;"]);
});

test("a body over the bound is refused, declared or not", async () => {
  const codes: string[] = [];
  answer = async (request) => {
    try {
      await request.body.buffer(10);
      return plain();
    } catch (error) {
      codes.push((error as { code: string }).code);
      return { status: 413, headers: [], body: "" };
    }
  };
  match(
    await exchange(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n${close}\r\n`),
    /^HTTP\/1\.1 413/,
  );
  match(
    await exchange(
      `POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n${close}\r\nB\r\n01234567890\r\n0\r\n\r\n`,
    ),
    /^HTTP\/1\.1 413/,
  );
  deepEqual(codes, ["RequestEntityTooLarge", "RequestEntityTooLarge"]);
});

test("an unread body is never taken for the next request", async () => {
  answer = plain;
  const smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
  const text = await exchange(
    `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${smuggled.length + 100_000}\r\n\r\n${smuggled}`,
  );
  match(text, /Connection: close/i);
  equal(text.match(/HTTP\/1\.1 200/g)?.length, 1);
  equal(seen?.path, "/");
});

test("streams are answered as streams, and a broken one breaks the answer", async () => {
  answer = async () => ({
    status: 200,
    headers: [],
    body: Readable.from([Buffer.from("a"), Buffer.from("b")]),
  });
  match(await exchange(`GET / HTTP/1.1\r\nHost: h\r\n${close}\r\n`), /ab|1\r\na\r\n1\r\nb\r\n0/);
  answer = async () => ({
    status: 200,
    headers: [["Content-Length", "10"]],
    body: Readable.from(
      (function* () {
        yield Buffer.from("a");
        throw new Error("upstream went away");
      })(),
    ),
  });
  const text = await exchange(`GET / HTTP/1.1\r\nHost: h\r\n${close}\r\n`);
  ok(!text.endsWith("0\r\n\r\n"));
});

test("HEAD has no body, and a failing road hangs up", async () => {
  answer = plain;
  match(await exchange(`HEAD / HTTP/1.1\r\nHost: h\r\n${close}\r\n`), /\r\n\r\n$/);
  answer = () => Promise.reject(new Error("bug"));
  equal(await exchange(`GET / HTTP/1.1\r\nHost: h\r\n${close}\r\n`), "");
  equal((failures.at(-1) as Error).message, "bug");
});

test("health stands beside the road; upgrades are refused", async () => {
  answer = plain;
  seen = undefined;
  match(
    await exchange(`GET /_rolecall/health HTTP/1.1\r\nHost: h\r\n${close}\r\n`),
    /x-rolecall-authz: enforced[\s\S]*"status":"ready"/,
  );
  match(await exchange(`GET /_rolecall/health/live HTTP/1.1\r\nHost: h\r\n${close}\r\n`), /"status":"alive"/);
  match(await exchange(`GET /_rolecall/metrics HTTP/1.1\r\nHost: h\r\n${close}\r\n`), /counted 1/);
  equal(seen, undefined);
  await exchange(`POST /_rolecall/metrics HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n${close}\r\n`);
  match(JSON.stringify(seen), /"path":"\/_rolecall\/metrics"/);
  equal(await exchange("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"), "");
});
