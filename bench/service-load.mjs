// The load, in a process of its own: requests that were signed beforehand, sent over kept connections, one at a time on
// each. Every answer is read to its end and its status checked.
import { connect } from "node:net";

/** Sends one request after another on one connection until `next` gives none. */
function worker(port, next, expectedStatus) {
  return new Promise((done, failed) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let pending = Buffer.alloc(0);
    let wanted = -1;
    const send = () => {
      const request = next();
      if (request === undefined) return socket.end(() => done());
      socket.write(request);
    };
    socket.on("connect", send);
    socket.on("error", failed);
    socket.on("data", (chunk) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      if (wanted < 0) {
        const end = pending.indexOf("\r\n\r\n");
        if (end < 0) return;
        const head = pending.subarray(0, end).toString("latin1");
        if (!head.startsWith(`HTTP/1.1 ${expectedStatus} `))
          return failed(new Error(`unexpected answer: ${pending.toString("utf8").slice(0, 2000)}`));
        wanted = end + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
        if (!Number.isFinite(wanted)) return failed(new Error(`no length: ${head}`));
      }
      if (pending.length < wanted) return;
      pending = pending.subarray(wanted);
      wanted = -1;
      send();
    });
  });
}

process.on("message", async ({ port, requests, count, connections, expectedStatus }) => {
  const bytes = requests.map((text) => Buffer.from(text, "latin1"));
  let sent = 0;
  const next = () => (sent < count ? bytes[sent++ % bytes.length] : undefined);
  const startMs = performance.now();
  try {
    await Promise.all(Array.from({ length: connections }, () => worker(port, next, expectedStatus)));
    process.send({ seconds: (performance.now() - startMs) / 1000 });
  } catch (error) {
    process.send({ error: String(error.message ?? error) });
  }
});
process.on("disconnect", () => process.exit(0));
