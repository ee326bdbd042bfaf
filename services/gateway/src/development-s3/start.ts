import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Upstream, UpstreamAddress } from "../upstream.ts";
import { refuses } from "./refuses.ts";

/** The parts of the store's interface that are used; it comes without types. */
interface DevelopmentStore {
  callback(): RequestListener;
  middleware: Middleware[];
}
interface Context {
  body: unknown;
  state: { isBuilt?: boolean };
}
type Middleware = (context: Context, next: () => Promise<void>) => Promise<void>;
type DevelopmentStoreClass = new (options: {
  directory: string;
  silent: boolean;
  allowMismatchedSignatures: boolean;
  vhostBuckets: boolean;
}) => DevelopmentStore;

/**
 * The store escapes the text of its XML twice, so that a key `a&b` is listed as `a&amp;b`. What it builds from
 * plain objects (and nothing else) is therefore unescaped once.
 */
function repairEscapes({ middleware }: DevelopmentStore): void {
  // Inside of the step that builds XML, which stands second.
  middleware.splice(2, 0, async (context, next) => {
    await next();
    context.state.isBuilt = Object.prototype.toString.call(context.body) === "[object Object]";
  });
  middleware.unshift(async (context, next) => {
    await next();
    if (context.state.isBuilt && typeof context.body === "string")
      context.body = context.body.replaceAll("&amp;", "&");
  });
}

/** The store's built-in key. It guards nothing: only this process can reach the socket. */
const credentials = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };

/**
 * The embedded S3 store, for development: one account, objects as files below `directory`. It listens on a socket
 * in a directory that only this user can enter, and starts with the first request that needs it.
 */
export function startDevelopmentS3(directory: string): Upstream & { close(): Promise<void> } {
  let running: Promise<{ server: Server; folder: string; address: UpstreamAddress }> | undefined;

  async function start(): Promise<{ server: Server; folder: string; address: UpstreamAddress }> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    // Socket paths are short by law of the system, so it cannot stand in the data directory.
    const folder = await mkdtemp(join(tmpdir(), "rolecall-s3-"));
    await chmod(folder, 0o700);
    const socketPath = join(folder, "s3.sock");
    // Loaded when it is needed: it takes half a second and fifty megabytes.
    const Store = createRequire(import.meta.url)("@20minutes/s3rver") as DevelopmentStoreClass;
    const store = new Store({
      directory,
      silent: true,
      allowMismatchedSignatures: true,
      vhostBuckets: false,
    });
    repairEscapes(store);
    const server = createServer(store.callback());
    // Idle connections of a closed server must not keep the process alive.
    server.keepAliveTimeout = 5000;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      // Of this process alone, also where several share their other sockets.
      server.listen({ path: socketPath, exclusive: true }, resolve);
    });
    server.unref();
    return { server, folder, address: { protocol: "http:", socketPath, host: "localhost" } };
  }

  return {
    async ready() {
      running ??= start();
      try {
        return (await running).address;
      } catch (error) {
        running = undefined;
        throw error;
      }
    },
    async close() {
      if (!running) return;
      const { server, folder } = await running;
      running = undefined;
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(folder, { recursive: true, force: true });
    },
    credentials,
    region: "us-east-1",
    refuses,
    copySource: "reserved-bare",
  };
}
