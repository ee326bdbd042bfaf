import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { HttpRequestHead } from "../request-head.ts";

const folder = new URL("../../../../vectors/sigv4/", import.meta.url);

export interface RequestData {
  method: string;
  path: string;
  query: string;
  headers: [string, string][];
  body?: string;
}

/** The vectors of one file. Names are unique, so that a failure can be found. */
export function readVectors<T extends { name: string }>(file: string): T[] {
  const { vectors } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as { vectors: T[] };
  if (new Set(vectors.map(({ name }) => name)).size !== vectors.length) throw new Error(`${file}: names stand twice`);
  return vectors;
}

/** As a socket would hand the request out: one character per byte. */
export function asReceived(request: RequestData): HttpRequestHead {
  const bytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
  return {
    method: request.method,
    path: bytes(request.path),
    query: bytes(request.query),
    headers: request.headers.map(([name, value]) => [name, bytes(value)] as const),
  };
}

export const sha256Of = (body: string): string => createHash("sha256").update(body).digest("hex");
