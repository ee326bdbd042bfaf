// The load, in a process of its own: requests that were signed beforehand, sent over kept connections, one at a time on
// each unless told otherwise. Every answer's status is checked, and it is read to its end. The load shares the machine
// with what it measures, so it does as little as it can: a request is one write of bytes that are there, an answer one
// read into a buffer that is there, and its head is looked through only where its layout differs from the last one's.
import { connect } from "node:net";

/** How long answers to several requests are let gather: far less than the server needs for those of all connections. */
const collectMs = 8;

const headEnd = Buffer.from("\r\n\r\n");
const zero = 0x30;
const carriageReturn = 0x0d;

/** Where the answers' heads have what is looked for, from their beginning: the same for one after another of a kind. */
const layout = { lengthAt: 0, name: "", bodyAt: 0 };

/** The length of the whole answer that begins at `start`, if its head is laid out as the last one; else -1. */
function lengthByLayout(bytes, start, end) {
  const { name, bodyAt } = layout;
  if (bodyAt === 0 || end - start < bodyAt) return -1;
  let at = start + layout.lengthAt;
  if (bytes.latin1Slice(at - name.length, at) !== name) return -1;
  if (bytes.latin1Slice(start + bodyAt - 4, start + bodyAt) !== "\r\n\r\n") return -1;
  let length = 0;
  for (; bytes[at] !== carriageReturn; at++) {
    const digit = bytes[at] - zero;
    if (digit < 0 || digit > 9) return -1;
    length = length * 10 + digit;
  }
  return bodyAt + length;
}

/** The same by looking; -1 while the head is not whole. */
function lengthBySearch(bytes, start, end) {
  const found = bytes.subarray(start, end).indexOf(headEnd);
  if (found < 0) return -1;
  const head = bytes.latin1Slice(start, start + found + 4);
  const length = /\r\ncontent-length: (?=(\d+)\r\n)/i.exec(head);
  if (!length) throw new Error(`no length: ${head}`);
  layout.lengthAt = length.index + length[0].length;
  layout.name = length[0];
  layout.bodyAt = head.length;
  return head.length + Number(length[1]);
}

/** One connection; `next` gives what to send and how many answers it has, or nothing when there is no more. */
function open(port, status, next) {
  return new Promise((done, failed) => {
    /** What has come of an answer that did not come at once. */
    let pending;
    let awaited = 0;
    const begin = `HTTP/1.1 ${status} `;

    function send() {
      const batch = next();
      if (batch === undefined) {
        socket.end(() => done());
        return;
      }
      awaited = batch.count;
      socket.write(batch.bytes);
      // One read for several answers, not one for each as it comes. The others of so many connections keep the server busy.
      if (batch.count > 1) {
        socket.pause();
        setTimeout(() => socket.resume(), collectMs);
      }
    }

    function take(bytes, end) {
      for (let start = 0; start < end;) {
        const head = bytes.latin1Slice(start, Math.min(end, start + begin.length));
        if (head !== begin.slice(0, head.length))
          throw new Error(`unexpected answer: ${bytes.toString("utf8", start, Math.min(end, start + 2000))}`);
        let wanted = lengthByLayout(bytes, start, end);
        if (wanted < 0) wanted = lengthBySearch(bytes, start, end);
        if (wanted < 0 || start + wanted > end) {
          pending = Buffer.from(bytes.subarray(start, end));
          return;
        }
        start += wanted;
        if (awaited-- === 0) throw new Error("more came than was asked for");
      }
      if (awaited === 0) send();
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

/** Requests in a row, so many in each; as bytes that are there when they are sent. */
function batches(requests, perWrite) {
  const bytes = requests.map((text) => Buffer.from(text, "latin1"));
  const from = (at, count) =>
    count === 1
      ? bytes[at % bytes.length]
      : Buffer.concat(Array.from({ length: count }, (_, n) => bytes[(at + n) % bytes.length]));
  const whole = Array.from({ length: Math.min(bytes.length, 1024) }, (_, n) => from(n * perWrite, perWrite));
  return (at, count) =>
    count === perWrite && perWrite > 1 ? whole[Math.floor(at / perWrite) % whole.length] : from(at, count);
}

/** One for all connections: what is in it is used before the next read. */
const shared = Buffer.alloc(65_536);

/** @param pipelined  requests that are sent in one write, before the first of them is answered; 1 unless told */
async function run({ port, requests, count, connections, expectedStatus, pipelined = 1 }) {
  const bytesOf = batches(requests, pipelined);
  let sent = 0;
  const next = () => {
    const size = Math.min(pipelined, count - sent);
    if (size === 0) return undefined;
    const batch = { bytes: bytesOf(sent, size), count: size };
    sent += size;
    return batch;
  };
  const startMs = performance.now();
  const before = process.cpuUsage();
  try {
    await Promise.all(Array.from({ length: connections }, () => open(port, expectedStatus, next)));
    const { user, system } = process.cpuUsage(before);
    process.send({ seconds: (performance.now() - startMs) / 1000, cpuMicros: user + system });
  } catch (error) {
    process.send({ error: String(error.message ?? error) });
  }
}

process.on("message", run);
process.on("disconnect", () => process.exit(0));
