import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { pipeline as pump, Readable } from "node:stream";
import { AwsError, awsError, RequestEntityTooLarge } from "@rolecall/model";
import { headerValues, plainAddress } from "@rolecall/pipeline";
import type { Road, WireBody, WireRequest, WireResponse } from "@rolecall/pipeline";
import { clientAddress } from "./trusted-proxy.ts";
import type { TrustedProxies } from "./trusted-proxy.ts";

/** Bounds on what a client can make the server hold or wait for. */
const limits = {
  /** All headers together. A session token with everything at its limit is below 12 KiB. */
  maxHeaderBytes: 32_768,
  headersTimeoutMs: 20_000,
  /** A body that is read whole must be there by then. */
  bufferedBodyTimeoutMs: 30_000,
  /** Silence on a connection, also while a body streams. */
  idleTimeoutMs: 120_000,
  keepAliveTimeoutMs: 65_000,
  /** For clients that still send after they were refused: until they pause, for so long, for so many bytes. */
  lingerQuietMs: 300,
  lingerMs: 3000,
  lingerBytes: 67_108_864,
} as const;

/** What stands beside the road: no state of the road can be reached through it. */
export interface HttpServerOptions {
  road: Road;
  health: () => Promise<{ ready: boolean; body: object }>;
  /** What the process counts, in Prometheus's text form. */
  metrics: () => Promise<{ contentType: string; body: string }>;
  trusted: TrustedProxies;
  onFailure: (error: unknown) => void;
}

function rawHeaders(message: IncomingMessage): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2)
    pairs.push([message.rawHeaders[i] ?? "", message.rawHeaders[i + 1] ?? ""]);
  return pairs;
}

/** Path and query as received; the absolute form that proxies use is cut to its path. */
function target(url: string): { path: string; query: string } {
  let rest = url;
  const absolute = url.startsWith("/") ? null : /^https?:\/\/[^/?#]*/i.exec(url);
  if (absolute) rest = url.slice(absolute[0].length) || "/";
  const mark = rest.indexOf("?");
  return mark < 0 ? { path: rest, query: "" } : { path: rest.slice(0, mark), query: rest.slice(mark + 1) };
}

/** The whole body if it came with its head in one piece, as small ones do; undefined when it must be waited for. */
function bodyAtHand(message: IncomingMessage, declaredLength: number | undefined): Buffer | undefined {
  if (declaredLength === undefined || message.readableLength !== declaredLength) return undefined;
  return (message.read() as Buffer | null) ?? Buffer.alloc(0);
}

/** The body as one piece. Left alone when it is too large: the refusal still has to travel over the same socket. */
function wholeBody(message: IncomingMessage, limitBytes: number, tooLarge: () => Error): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (): void => {
      message.off("data", take);
      message.off("end", end);
      message.off("error", fail);
      message.off("close", closed);
    };
    function take(chunk: Buffer): void {
      size += chunk.length;
      if (size <= limitBytes) {
        chunks.push(chunk);
        return;
      }
      message.pause();
      stop();
      reject(tooLarge());
    }
    function end(): void {
      stop();
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    }
    function fail(error: Error): void {
      stop();
      reject(error);
    }
    function closed(): void {
      fail(new Error("the connection was closed before the body was there"));
    }
    message.on("data", take);
    message.on("end", end);
    message.on("error", fail);
    message.on("close", closed);
  });
}

interface ServedBody extends WireBody {
  /** Whether all of it has been taken: what nobody took would be read as the next request. */
  isTaken(): boolean;
}

/** The body of a request that may still be waiting for our `100 Continue`. */
function servedBody(
  message: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
): ServedBody {
  let isWhole = false;
  let told = !expectsContinue;
  const goOn = (): void => {
    if (!told) response.writeContinue();
    told = true;
  };
  const declared = message.headers["content-length"];
  const declaredLength = declared === undefined ? undefined : Number(declared);
  return {
    declaredLength,
    async buffer(limitBytes) {
      const tooLarge = (): Error => RequestEntityTooLarge(`The request body exceeds ${limitBytes} bytes.`);
      if (declaredLength !== undefined && declaredLength > limitBytes) throw tooLarge();
      goOn();
      const atHand = bodyAtHand(message, declaredLength);
      if (atHand) {
        isWhole = true;
        return atHand;
      }
      const timer = setTimeout(
        () => message.destroy(new Error("the body did not arrive in time")),
        limits.bufferedBodyTimeoutMs,
      );
      try {
        return await wholeBody(message, limitBytes, tooLarge);
      } catch (error) {
        if (error instanceof AwsError) throw error;
        if (message.errored)
          throw awsError("RequestTimeout", 400, "The request body did not arrive in time.");
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    stream() {
      goOn();
      return message;
    },
    isTaken: () => isWhole || message.complete || message.readableEnded,
  };
}

interface ServedRequest extends WireRequest {
  body: ServedBody;
}

function servedRequest(
  message: IncomingMessage,
  response: ServerResponse,
  trusted: TrustedProxies,
  expectsContinue: boolean,
): ServedRequest {
  const { path, query } = target(message.url ?? "/");
  const request: ServedRequest = {
    method: message.method ?? "",
    path,
    query,
    headers: rawHeaders(message),
    body: servedBody(message, response, expectsContinue),
    remoteAddress: plainAddress(message.socket.remoteAddress ?? ""),
    tls: undefined,
  };
  const peer = request.remoteAddress;
  if (!trusted(peer)) return request;
  request.remoteAddress = clientAddress(peer, headerValues(request, "x-forwarded-for"), trusted);
  if (headerValues(request, "x-forwarded-proto").at(-1) === "https")
    request.tls = { version: "", cipherSuite: "" };
  return request;
}

function send(
  answer: WireResponse,
  message: IncomingMessage,
  response: ServerResponse,
  isUnread: boolean,
): void {
  const { body } = answer;
  const isHead = message.method === "HEAD";
  const headers: string[] = [];
  for (const [name, value] of answer.headers) headers.push(name, value);
  // A body that nobody read would be taken for the next request: such a connection is not used again.
  if (isUnread) headers.push("Connection", "close");
  if (body !== undefined && !(body instanceof Readable) && !isHead)
    headers.push("Content-Length", String(typeof body === "string" ? Buffer.byteLength(body) : body.length));
  response.writeHead(answer.status, headers);
  if (body instanceof Readable) {
    pump(body, response, () => undefined);
    return;
  }
  const shown = isHead ? undefined : body;
  if (!isUnread) response.end(shown);
  else {
    if (shown === undefined || shown.length === 0) response.flushHeaders();
    else response.write(shown);
    linger(message, () => response.end());
  }
}

/**
 * Lets a client that is still sending read its answer: a socket closed with unread bytes is reset, and the answer
 * with it. What comes is thrown away, for a short time and up to a bound.
 */
function linger(message: IncomingMessage, done: () => void): void {
  if (message.destroyed) {
    done();
    return;
  }
  let discarded = 0;
  let isOver = false;
  let quiet = setTimeout(finish, limits.lingerQuietMs);
  const latest = setTimeout(finish, limits.lingerMs);
  function finish(): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(quiet);
    clearTimeout(latest);
    message.off("data", discard);
    done();
  }
  function discard(chunk: Buffer): void {
    discarded += chunk.length;
    clearTimeout(quiet);
    if (discarded > limits.lingerBytes) finish();
    else quiet = setTimeout(finish, limits.lingerQuietMs);
  }
  message.on("data", discard);
  message.once("end", finish);
  message.once("close", finish);
}

const sendJson = (response: ServerResponse, status: number, value: object): void =>
  sendText(response, status, "application/json", JSON.stringify(value));

function sendText(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, {
    "Content-Type": contentType,
    "Content-Length": Buffer.byteLength(body),
    "x-rolecall-authz": "enforced",
  });
  response.end(body);
}

/** Answers what is no HTTP, or HTTP beyond the bounds, and hangs up. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const [status, code, text] =
    error.code === "HPE_HEADER_OVERFLOW"
      ? [
          "400 Bad Request",
          "RequestHeaderSectionTooLarge",
          "The request headers exceed the maximum size allowed.",
        ]
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? ["408 Request Timeout", "RequestTimeout", "The request did not arrive in time."]
        : ["400 Bad Request", "BadRequest", "The request is not valid HTTP."];
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${text}</Message></Error></ErrorResponse>`;
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\nx-rolecall-authz: enforced\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** The front door: sockets to wire requests and back. It decides nothing. */
export function createHttpServer(options: HttpServerOptions): Server {
  const server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    // Uploads may take as long as they keep moving; silence is bounded by the idle timeout.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: 5000,
    insecureHTTPParser: false,
  });
  server.timeout = limits.idleTimeoutMs;
  server.maxRequestsPerSocket = 0;

  const serve = (message: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void => {
    response.on("error", () => message.destroy());
    answer(message, response, expectsContinue).catch((error: unknown) => {
      options.onFailure(error);
      response.destroy();
    });
  };

  async function answer(
    message: IncomingMessage,
    response: ServerResponse,
    expectsContinue: boolean,
  ): Promise<void> {
    const request = servedRequest(message, response, options.trusted, expectsContinue);
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (isRead && request.path.startsWith("/_rolecall/") && (await beside(request.path, response))) return;
    const given = await options.road(request);
    send(given, message, response, !request.body.isTaken());
  }

  /** Answers what stands beside the road. */
  async function beside(path: string, response: ServerResponse): Promise<boolean> {
    switch (path) {
      case "/_rolecall/health": {
        const { ready, body } = await options.health();
        sendJson(response, ready ? 200 : 503, body);
        return true;
      }
      case "/_rolecall/health/live":
        // Answered by this process, whatever the store does: restarting helps nobody when the store is away.
        sendJson(response, 200, { status: "alive" });
        return true;
      case "/_rolecall/metrics": {
        const { contentType, body } = await options.metrics();
        sendText(response, 200, contentType, body);
        return true;
      }
      default:
        return false;
    }
  }

  server.on("request", (message, response) => serve(message, response, false));
  server.on("checkContinue", (message, response) => serve(message, response, true));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => refuse(error, socket as Socket));
  server.on("upgrade", (_message, socket) => socket.destroy());
  server.on("connect", (_message, socket) => socket.destroy());
  return server;
}
