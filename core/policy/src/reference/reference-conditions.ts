// The conditions pages of the IAM User Guide, written down literally: no preparation, no sharing with the engine.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
// Points marked "recorded" were seen on the live service and are pinned by vectors.
import type { ConditionElement } from "../parse/policy.ts";
import type { RequestContext } from "../request/context.ts";

/** A character, or a wildcard. Wildcards are objects so that no substituted text can be mistaken for one. */
type Token = string | typeof manyCharacters | typeof oneCharacter;
const manyCharacters = { wildcard: "*" } as const;
const oneCharacter = { wildcard: "?" } as const;

export class EvaluationError extends Error {}

/** "true" if the block holds, "error" if some of it cannot be evaluated. */
export function conditionsHold(
  conditions: readonly ConditionElement[],
  version: string | undefined,
  context: RequestContext,
): boolean | "error" {
  let hold = true;
  let error = false;
  for (const condition of conditions) {
    try {
      if (!conditionHolds(condition, version, context)) hold = false;
    } catch (thrown) {
      if (!(thrown instanceof EvaluationError)) throw thrown;
      error = true;
    }
  }
  return error ? "error" : hold;
}

function conditionHolds(
  condition: ConditionElement,
  version: string | undefined,
  context: RequestContext,
): boolean {
  const found = /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/.exec(condition.operator);
  const [, set, operator = "", ifExists] = found ?? [];
  const raw = context.get(condition.key.toLowerCase());
  if (typeof raw === "symbol") throw new Error("the reference knows its context");
  const value = Array.isArray(raw) && raw.length === 0 ? undefined : raw;

  if (operator === "Null") {
    if (set !== undefined) return set === "ForAllValues:";
    return condition.values.some((wanted) => (wanted.toLowerCase() === "true") === (value === undefined));
  }

  const isNegated = operator.includes("Not");
  if (value === undefined) {
    if (set === "ForAllValues:") return true;
    if (ifExists !== undefined) return true;
    return set === undefined && isNegated;
  }
  const matches = (one: string) => valueMatches(one, operator, condition.values, version, context);
  if (set === undefined) return typeof value === "string" ? matches(value) : false;
  const all: readonly string[] = typeof value === "string" ? [value] : value;
  return set === "ForAllValues:" ? all.every(matches) : all.some(matches);
}

/** One request value against the list of policy values: any of them, or for negated operators none of them. */
function valueMatches(
  got: string,
  operator: string,
  wantedValues: readonly string[],
  version: string | undefined,
  context: RequestContext,
): boolean {
  const isNegated = operator.includes("Not");
  const positive = operator.replace("Not", "");
  // Recorded: a value that is no address or no ARN matches neither the operator nor its negation.
  if (positive === "IpAddress" && ipBits(got) === undefined) return false;
  if (positive.startsWith("Arn") && !/^arn:([^:]*:){4}/s.test(got)) return false;
  const isMatch = wantedValues.some((wanted) => compare(got, positive, wanted, version, context));
  return isMatch !== isNegated;
}

function compare(
  got: string,
  operator: string,
  wanted: string,
  version: string | undefined,
  context: RequestContext,
): boolean {
  switch (operator) {
    case "StringEquals":
      return got === fill(tokensOf(wanted, version, false), context);
    case "StringEqualsIgnoreCase": {
      const filled = fill(tokensOf(wanted, version, false), context);
      return filled !== undefined && lowerCase(got) === lowerCase(filled);
    }
    case "StringLike": {
      const tokens = fillTokens(tokensOf(wanted, version, true), context);
      return tokens !== undefined && glob(tokens, [...units(got)]);
    }
    case "ArnEquals":
    case "ArnLike": {
      const tokens = fillTokens(tokensOf(wanted, version, true), context);
      if (tokens === undefined) return false;
      if (!isArnPattern(tokens)) throw new EvaluationError();
      return arnMatches(tokens, got);
    }
    case "Bool":
      return (got.toLowerCase() === "true") === (wanted.toLowerCase() === "true");
    case "BinaryEquals":
      return equalBytes(got, wanted);
    case "IpAddress":
      return ipInRange(got, wanted);
    default:
      break;
  }
  const kind = operator.startsWith("Numeric") ? "Numeric" : "Date";
  const read = kind === "Numeric" ? readNumber : readDate;
  const left = read(got);
  // Recorded: a request value that cannot be read is equal to nothing.
  if (left === undefined) return false;
  const right = read(wanted);
  if (right === undefined) throw new EvaluationError();
  switch (operator.slice(kind.length)) {
    case "Equals":
      return left === right;
    case "LessThan":
      return left < right;
    case "LessThanEquals":
      return left <= right;
    case "GreaterThan":
      return left > right;
    case "GreaterThanEquals":
      return left >= right;
    default:
      throw new Error(`no such operator: ${operator}`);
  }
}

// Policy variables.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html

type Hole = { readonly key: string; readonly fallback: string | undefined };

function tokensOf(text: string, version: string | undefined, wildcards: boolean): (Token | Hole)[] {
  // No blank begins or ends a key; what is no variable begins with a plain `$`, and one may stand behind it.
  const variable = /\$\{(?!\s)[^},]*[^},\s](?:, *'[\s\S]*?')?\}|[\s\S]/g;
  const pieces = text.match(version === "2012-10-17" ? variable : /[\s\S]/g);
  return (pieces ?? [])
    .map((piece) => {
      const [, name, fallback] = /^\$\{([^},]+)(?:, *'(.*)')?\}$/s.exec(piece) ?? [];
      if (name !== undefined) {
        if (fallback === undefined && ["*", "?", "$"].includes(name)) return [name];
        return [{ key: name.toLowerCase(), fallback }];
      }
      return [...units(piece)].map((unit) =>
        wildcards && unit === "*" ? manyCharacters : wildcards && unit === "?" ? oneCharacter : unit,
      );
    })
    .flat();
}

/** Undefined if a variable has no value. Multivalued keys have none, whatever the default (recorded). */
function fillTokens(tokens: readonly (Token | Hole)[], context: RequestContext): Token[] | undefined {
  const filled: Token[] = [];
  for (const token of tokens) {
    if (typeof token === "string" || !("key" in token)) {
      filled.push(token);
      continue;
    }
    const value = context.get(token.key);
    const text = value === undefined ? token.fallback : value;
    if (typeof text !== "string") return undefined;
    filled.push(...units(text));
  }
  return filled;
}

function fill(tokens: readonly (Token | Hole)[], context: RequestContext): string | undefined {
  return fillTokens(tokens, context)?.join("");
}

/** UTF-16 units: `?` is one of them. */
function* units(text: string): Generator<string> {
  for (let i = 0; i < text.length; i++) yield text.charAt(i);
}

/** `*` is any run of characters, `?` exactly one: filled in from the back, one table row per pattern token. */
function glob(pattern: readonly Token[], text: readonly string[]): boolean {
  let matchesFrom = text.map(() => false).concat(true);
  for (const token of pattern.toReversed()) {
    const next = matchesFrom;
    matchesFrom = next.map(() => false);
    for (let i = text.length; i >= 0; i--) {
      if (token === manyCharacters) matchesFrom[i] = next[i] === true || matchesFrom[i + 1] === true;
      else if (i < text.length)
        matchesFrom[i] = (token === oneCharacter || token === text[i]) && next[i + 1] === true;
    }
  }
  return matchesFrom[0] === true;
}

// ARNs: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html

/** The first five colons part; the sixth part has all the rest. */
function split<T>(items: readonly T[], isColon: (item: T) => boolean): T[][] {
  const parts: T[][] = [[]];
  for (const item of items) {
    if (isColon(item) && parts.length < 6) parts.push([]);
    else parts.at(-1)?.push(item);
  }
  return parts;
}

function isArnPattern(tokens: readonly Token[]): boolean {
  if (tokens.length === 1 && tokens[0] === manyCharacters) return true;
  const startsWell = tokens.slice(0, 4).join("") === "arn:";
  return (
    startsWell && (split(tokens, (token) => token === ":").length === 6 || tokens.at(-1) === manyCharacters)
  );
}

function arnMatches(tokens: readonly Token[], arn: string): boolean {
  const patterns = split(tokens, (token) => token === ":");
  const parts = split([...units(arn)], (unit) => unit === ":");
  if (patterns.length < 6) {
    // A trailing `*` spans the parts that are not written.
    if (tokens.at(-1) !== manyCharacters || parts.length < patterns.length) return false;
    const rest = parts.splice(patterns.length - 1);
    parts.push(rest.flatMap((part, i) => (i === 0 ? part : [":", ...part])));
  }
  return parts.length === patterns.length && patterns.every((pattern, i) => glob(pattern, parts[i] ?? []));
}

/** Resource patterns: variables have a meaning in the sixth part only; one without a value matches no resource. */
export function resourceMatches(
  pattern: string,
  version: string | undefined,
  resource: string,
  context: RequestContext,
): boolean {
  if (pattern === "*") return true;
  const tokens = tokensOf(pattern, version, true);
  const firstHole = tokens.findIndex((token) => typeof token !== "string" && "key" in token);
  if (firstHole !== -1 && tokens.slice(0, firstHole).filter((token) => token === ":").length < 5)
    return false;
  const filled = fillTokens(tokens, context);
  if (filled === undefined) return false;
  const isPlain = filled.every((token) => typeof token === "string");
  return (isPlain && filled.join("") === resource) || arnMatches(filled, resource);
}

/** Actions: service and name, both without regard to case. */
export function actionMatches(pattern: string, action: string): boolean {
  return glob(tokensOf(pattern.toLowerCase(), undefined, true) as Token[], [...units(action.toLowerCase())]);
}

// Values.

function lowerCase(text: string): string {
  // Recorded: letters outside of the basic plane keep their case.
  return text
    .split(/([\ud800-\udfff])/)
    .map((part) => (/^[\ud800-\udfff]$/.test(part) ? part : part.toLowerCase()))
    .join("");
}

function readNumber(text: string): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return undefined;
  return Number.isFinite(Number(text)) ? Number(text) : undefined;
}

/** W3C profiles of ISO 8601, or epoch seconds. Milliseconds. */
function readDate(text: string): number | undefined {
  if (/^\d+$/.test(text) && text.length !== 4) {
    return text.length <= 20 && Number(text) * 1000 <= 8.64e15 ? Number(text) * 1000 : undefined;
  }
  const form =
    /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(?:Z|([+-])(\d\d):(\d\d)))?)?)?$/.exec(
      text,
    );
  if (form === null) return undefined;
  const [, year, month = "01", day = "01", hour = "00", minute = "00", second = "00", fraction = "0"] = form;
  const sign = form[8] === "-" ? -1 : 1;
  const zone = sign * (Number(form[9] ?? 0) * 60 + Number(form[10] ?? 0));
  if (Number(form[9] ?? 0) > 23 || Number(form[10] ?? 0) > 59) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  // A day that does not exist, such as 30 February, comes out as another one.
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) return undefined;
  const seconds = Number(second) + Number(`0${fraction}`);
  return date.getTime() + Number(hour) * 3_600_000 + Number(minute) * 60_000 + seconds * 1000 - zone * 60_000;
}

/** The bits of an address as a string of 32 or 128 digits. */
function ipBits(text: string): string | undefined {
  const bits = (numbers: readonly number[], width: number) =>
    numbers.map((one) => one.toString(2).padStart(width, "0")).join("");
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
  const octets = v4.exec(text)?.slice(1).map(Number);
  if (octets !== undefined) return octets.every((octet) => octet <= 255) ? bits(octets, 8) : undefined;
  // A dotted tail is two groups.
  const dotted = /^(.*:)(\d[\d.]*)$/.exec(text);
  if (dotted?.[2]?.includes(".")) {
    const tail = ipBits(dotted[2]);
    if (tail?.length !== 32) return undefined;
    const groups = [tail.slice(0, 16), tail.slice(16)].map((half) => Number.parseInt(half, 2).toString(16));
    return ipBits(`${dotted[1]}${groups.join(":")}`);
  }
  const halves = text.split("::");
  if (!text.includes(":") || halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const isGap = halves.length === 2;
  const missing = 8 - head.length - tail.length;
  if (isGap ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<string>(missing).fill("0"), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return bits(
    groups.map((group) => Number.parseInt(group, 16)),
    16,
  );
}

function ipInRange(got: string, wanted: string): boolean {
  const [base = "", length, ...more] = wanted.split("/");
  const range = ipBits(base);
  if (range === undefined || more.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) {
    throw new EvaluationError();
  }
  const prefix = length === undefined ? range.length : Number(length);
  if (prefix > range.length) throw new EvaluationError();
  const address = ipBits(got);
  return address?.length === range.length && address.slice(0, prefix) === range.slice(0, prefix);
}

/** Recorded: the request's value must be the canonical base64 of the same bytes. */
function equalBytes(got: string, wanted: string): boolean {
  const isBase64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(wanted);
  if (!isBase64) throw new EvaluationError();
  return btoa(atob(wanted)) === got;
}
