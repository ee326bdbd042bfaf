// The load, in a process of its own: requests that were signed beforehand, sent over kept connections, one at a time on
// each. Every answer's status is checked, and it is read to its end. It shares the machine with what it measures, so it
// does as little as it can: a request is one write of bytes that are there, an answer one read into a buffer that is
// there, and its head is looked through only where it differs from the last one in its layout.
import { connect } from "node:net";

const headEnd = Buffer.from("\r\n\r\n");
const zero = 0x30;
const carriageReturn = 0x0d;

/** Where the answers' heads have what is looked for: the same for one after another of a kind. */
const layout = { lengthAt: 0, name: "", bodyAt: 0 };

/** The length of the whole answer that begins in `bytes`, if its head is laid out as the last one; else -1. */
function lengthByLayout(bytes, size) {
  const { lengthAt, name, bodyAt } = layout;
  if (bodyAt === 0 || size < bodyAt) return -1;
  if (bytes.latin1Slice(lengthAt - name.length, lengthAt) !== name) return -1;
  if (bytes.latin1Slice(bodyAt - 4, bodyAt) !== "\r\n\r\n") return -1;
  let length = 0;
  let at = lengthAt;
  for (; bytes[at] !== carriageReturn; at++) {
    const digit = bytes[at] - zero;
    if (digit < 0 || digit > 9) return -1;
    length = length * 10 + digit;
  }
  return bodyAt + length;
}

/** The same by looking; -1 while the head is not whole. */
function lengthBySearch(bytes, size) {
  const end = bytes.subarray(0, size).indexOf(headEnd);
  if (end < 0) return -1;
  const head = bytes.latin1Slice(0, end + 4);
  const found = /\r\ncontent-length: (?=(\d+)\r\n)/i.exec(head);
  if (!found) throw new Error(`no length: ${head}`);
  layout.lengthAt = found.index + found[0].length;
  layout.name = found[0];
  layout.bodyAt = end + 4;
  return end + 4 + Number(found[1]);
}

/** One connection; `next` gives the request to send, or nothing when there are no more. */
function open(port, status, next) {
  return new Promise((done, failed) => {
    /** What has come of an answer that did not come at once. */
    let pending;
    const begin = `HTTP/1.1 ${status} `;

    function send() {
      const request = next();
      if (request === undefined) socket.end(() => done());
      else socket.write(request);
    }

    function take(bytes, size) {
      if (bytes.latin1Slice(0, begin.length) !== begin.slice(0, size))
        throw new Error(`unexpected answer: ${bytes.toString("utf8", 0, Math.min(size, 2000))}`);
      let wanted = lengthByLayout(bytes, size);
      if (wanted < 0) wanted = lengthBySearch(bytes, size);
      if (wanted === size) return send();
      if (wanted >= 0 && wanted < size) throw new Error("more came than was asked for");
      pending = Buffer.from(bytes.subarray(0, size));
    }

    const socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer: shared,
        callback(size, bytes) {
          try {
            if (pending) {
              const whole = Buffer.concat([pending, bytes.subarray(0, size)]);
              pending = undefined;
              take(whole, whole.length);
            } else take(bytes, size);
          } catch (error) {
            failed(error);
            socket.destroy();
          }
          return true;
        },
      },
    });
    socket.on("connect", send);
    socket.on("error", failed);
  });
}

/** One for all connections: what is in it is used before the next read. */
const shared = Buffer.alloc(65_536);

process.on("message", async ({ port, requests, count, connections, expectedStatus }) => {
  const bytes = requests.map((text) => Buffer.from(text, "latin1"));
  let sent = 0;
  const next = () => (sent < count ? bytes[sent++ % bytes.length] : undefined);
  const startMs = performance.now();
  const before = process.cpuUsage();
  try {
    await Promise.all(Array.from({ length: connections }, () => open(port, expectedStatus, next)));
    const { user, system } = process.cpuUsage(before);
    process.send({ seconds: (performance.now() - startMs) / 1000, cpuMicros: user + system });
  } catch (error) {
    process.send({ error: String(error.message ?? error) });
  }
});
process.on("disconnect", () => process.exit(0));
