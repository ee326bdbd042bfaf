// JSON with positions. JSON.parse forgets where things stood, takes the last of two equal keys and any depth.

/** `at` is the offset of the value's first character, `end` that behind its last. Numbers keep their text. */
export type JsonNode = Span &
  (
    | { readonly kind: "string"; readonly value: string }
    | { readonly kind: "number"; readonly text: string }
    | { readonly kind: "boolean"; readonly value: boolean }
    | { readonly kind: "null" }
    | { readonly kind: "array"; readonly items: readonly JsonNode[] }
    | { readonly kind: "object"; readonly members: readonly JsonMember[] }
  );

interface Span {
  readonly at: number;
  readonly end: number;
}

/** `at` and `nameEnd` are those of the name with its quotes. */
export interface JsonMember {
  readonly name: string;
  readonly at: number;
  readonly nameEnd: number;
  readonly value: JsonNode;
}

export interface JsonError {
  readonly at: number;
  readonly reason: string;
}

export interface JsonLimits {
  /** Longest text, in UTF-16 units. */
  readonly maxLength: number;
  readonly maxDepth: number;
}

export type JsonResult =
  { readonly ok: true; readonly node: JsonNode } | { readonly ok: false; readonly error: JsonError };

/** Never throws. Characters outside of U+0009, U+000A, U+000D and U+0020–U+00FF must be escaped in a policy. */
export function readJson(text: string, limits: JsonLimits): JsonResult {
  if (text.length > limits.maxLength)
    return { ok: false, error: { at: 0, reason: "The document is too long" } };
  const reader: Reader = { text, at: 0, depthLeft: limits.maxDepth, error: undefined };
  skipBlanks(reader);
  const node = readValue(reader);
  if (node !== undefined) {
    skipBlanks(reader);
    if (reader.at === text.length) return { ok: true, node };
    fail(reader, "Text after the end of the document");
  }
  return { ok: false, error: reader.error ?? { at: reader.at, reason: "Not JSON" } };
}

/** Lines and columns of offsets, counted from 1. */
export function placesIn(text: string): (offset: number) => { line: number; column: number } {
  const starts = [0];
  for (let i = text.indexOf("\n"); i !== -1; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

interface Reader {
  readonly text: string;
  at: number;
  depthLeft: number;
  error: JsonError | undefined;
}

/** Keeps the first error. */
function fail(reader: Reader, reason: string): undefined {
  reader.error ??= { at: reader.at, reason };
  return undefined;
}

function skipBlanks(reader: Reader): void {
  for (;;) {
    const unit = reader.text.charCodeAt(reader.at);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
    reader.at++;
  }
}

function readValue(reader: Reader): JsonNode | undefined {
  const { at } = reader;
  switch (reader.text[at]) {
    case "{":
      return nested(reader, readObject);
    case "[":
      return nested(reader, readArray);
    case '"': {
      const value = readString(reader);
      return value === undefined ? undefined : { kind: "string", at, end: reader.at, value };
    }
    case "t":
      return word(reader, "true", { kind: "boolean", at, end: at + 4, value: true });
    case "f":
      return word(reader, "false", { kind: "boolean", at, end: at + 5, value: false });
    case "n":
      return word(reader, "null", { kind: "null", at, end: at + 4 });
    default:
      return readNumber(reader);
  }
}

function nested(reader: Reader, read: (reader: Reader) => JsonNode | undefined): JsonNode | undefined {
  if (reader.depthLeft === 0) return fail(reader, "Nested too deeply");
  reader.depthLeft--;
  const node = read(reader);
  reader.depthLeft++;
  return node;
}

function word(reader: Reader, text: string, node: JsonNode): JsonNode | undefined {
  if (!reader.text.startsWith(text, reader.at)) return fail(reader, "Not a JSON value");
  reader.at += text.length;
  return node;
}

/** Reads `element` between `open` and `close`, separated by commas. */
function readList(reader: Reader, close: string, element: () => boolean): boolean {
  reader.at++;
  skipBlanks(reader);
  if (reader.text[reader.at] === close) {
    reader.at++;
    return true;
  }
  for (;;) {
    skipBlanks(reader);
    if (!element()) return false;
    skipBlanks(reader);
    const char = reader.text[reader.at];
    if (char !== "," && char !== close) {
      fail(reader, `Expected "," or "${close}"`);
      return false;
    }
    reader.at++;
    if (char === close) return true;
  }
}

function readArray(reader: Reader): JsonNode | undefined {
  const { at } = reader;
  const items: JsonNode[] = [];
  const isRead = readList(reader, "]", () => {
    const item = readValue(reader);
    if (item !== undefined) items.push(item);
    return item !== undefined;
  });
  return isRead ? { kind: "array", at, end: reader.at, items } : undefined;
}

function readObject(reader: Reader): JsonNode | undefined {
  const { at } = reader;
  const members = new Map<string, JsonMember>();
  const isRead = readList(reader, "}", () => {
    const nameAt = reader.at;
    if (reader.text[nameAt] !== '"') {
      fail(reader, "Expected a name in double quotes");
      return false;
    }
    const name = readString(reader);
    if (name === undefined) return false;
    const nameEnd = reader.at;
    if (members.has(name)) {
      reader.at = nameAt;
      fail(reader, `Duplicate key "${name}"`);
      return false;
    }
    skipBlanks(reader);
    if (reader.text[reader.at] !== ":") {
      fail(reader, 'Expected ":"');
      return false;
    }
    reader.at++;
    skipBlanks(reader);
    const value = readValue(reader);
    if (value !== undefined) members.set(name, { name, at: nameAt, nameEnd, value });
    return value !== undefined;
  });
  return isRead ? { kind: "object", at, end: reader.at, members: [...members.values()] } : undefined;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

function readString(reader: Reader): string | undefined {
  const { text } = reader;
  let value = "";
  let from = ++reader.at;
  for (;;) {
    const unit = text.charCodeAt(reader.at);
    if (unit === 0x22) {
      value += text.slice(from, reader.at++);
      return value;
    }
    if (Number.isNaN(unit)) return fail(reader, "Unterminated string");
    if (unit < 0x20 || unit > 0xff) return fail(reader, "Character that is not allowed in a policy");
    if (unit !== 0x5c) {
      reader.at++;
      continue;
    }
    value += text.slice(from, reader.at);
    const escaped = readEscape(reader);
    if (escaped === undefined) return undefined;
    value += escaped;
    from = reader.at;
  }
}

function readEscape(reader: Reader): string | undefined {
  const kind = reader.text.charAt(reader.at + 1);
  if (kind !== "u") {
    const char = escapes[kind];
    if (kind === "" || char === undefined) return fail(reader, "Unknown escape");
    reader.at += 2;
    return char;
  }
  let unit = 0;
  for (let i = 2; i < 6; i++) {
    const digit = "0123456789abcdef".indexOf((reader.text[reader.at + i] ?? "-").toLowerCase());
    if (digit === -1) return fail(reader, "Unknown escape");
    unit = unit * 16 + digit;
  }
  reader.at += 6;
  return String.fromCharCode(unit);
}

function readNumber(reader: Reader): JsonNode | undefined {
  const { text, at } = reader;
  let end = at;
  const digits = () => {
    const from = end;
    while (end < text.length && text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end++;
    return end - from;
  };
  if (text[end] === "-") end++;
  const first = text[end];
  const whole = digits();
  if (whole === 0 || (first === "0" && whole > 1)) return fail(reader, "Not a JSON value");
  if (text[end] === ".") {
    end++;
    if (digits() === 0) return fail(reader, "Not a JSON number");
  }
  if (text[end] === "e" || text[end] === "E") {
    end++;
    if (text[end] === "+" || text[end] === "-") end++;
    if (digits() === 0) return fail(reader, "Not a JSON number");
  }
  reader.at = end;
  return { kind: "number", at, end, text: text.slice(at, end) };
}
