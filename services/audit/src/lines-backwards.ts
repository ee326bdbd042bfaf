import { open } from "node:fs/promises";

const chunkBytes = 1_048_576;
const newline = 0x0a;

/**
 * The lines of a file from its last to its first, without holding more of it than a chunk and one line. The file may
 * grow meanwhile; what is added after the beginning is not seen.
 */
export async function* linesBackwards(path: string): AsyncGenerator<string> {
  const file = await open(path, "r");
  try {
    let end = (await file.stat()).size;
    /** What has been read of the line that begins before `end`. */
    let rest: Buffer[] = [];
    while (end > 0) {
      const start = Math.max(0, end - chunkBytes);
      const chunk = Buffer.alloc(end - start);
      for (let filled = 0; filled < chunk.length;) {
        const { bytesRead } = await file.read(chunk, filled, chunk.length - filled, start + filled);
        if (bytesRead === 0) throw new Error(`${path} was cut while it was read`);
        filled += bytesRead;
      }
      let lineEnd = chunk.length;
      for (
        let at = chunk.lastIndexOf(newline);
        at >= 0;
        at = at === 0 ? -1 : chunk.lastIndexOf(newline, at - 1)
      ) {
        const line = Buffer.concat([chunk.subarray(at + 1, lineEnd), ...rest]);
        if (line.length > 0) yield line.toString("utf8");
        rest = [];
        lineEnd = at;
      }
      rest.unshift(chunk.subarray(0, lineEnd));
      end = start;
    }
    const first = Buffer.concat(rest);
    if (first.length > 0) yield first.toString("utf8");
  } finally {
    await file.close();
  }
}
