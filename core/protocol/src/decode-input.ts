import {
  type AwsError,
  type InputOf,
  InvalidAction,
  type ListShape,
  MalformedInput,
  type MapShape,
  type ServiceModel,
  type Shape,
  type StructureShape,
} from "@rolecall/model";
import type { Parameters } from "./form.ts";
import { type ParameterNode, parameterTree } from "./parameter-tree.ts";
import { parseScalar } from "./scalar.ts";
import { Violations } from "./violations.ts";

/** The input of the operation of that name, as far as the compiler knows it. */
export type InputNamed<Ops, Name extends string> = Name extends keyof Ops ? InputOf<Ops, Name> : unknown;

export type DecodedInput<Input> =
  { readonly ok: true; readonly input: Input } | { readonly ok: false; readonly error: AwsError };

/**
 * A request's parameters as the operation's typed input, checked against every constraint of the model.
 *
 * Lists are `Tags.member.1.Key` (`Tags.1.Key` is understood too), an empty list is `Tags=`, structures are joined with
 * dots, maps are `Name.entry.1.key` and `Name.entry.1.value`. Parameters the model does not have are ignored.
 *
 * @returns `MalformedInput` for a value that is not of its type, `ValidationError` with AWS's sentence for values that
 *   break constraints (all of them in one error). Never throws.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/making-query-requests.html
 */
export function decodeInput<Ops, Name extends string>(
  model: ServiceModel<Ops>,
  operationName: Name,
  params: Parameters,
): DecodedInput<InputNamed<Ops, Name>> {
  const operation = model.operations[operationName];
  if (operation === undefined) {
    return {
      ok: false,
      error: InvalidAction(`Could not find operation ${operationName} for version ${model.apiVersion}`),
    };
  }
  const reading: Reading = { violations: new Violations(model.id), malformed: undefined };
  const input = readStructure(operation.input, parameterTree(params), "", reading);
  const error = reading.malformed ?? reading.violations.error();
  if (error !== undefined) return { ok: false, error };
  return { ok: true, input: input as InputNamed<Ops, Name> };
}

interface Reading {
  readonly violations: Violations;
  /** The first value that is not of its type; it outweighs every violation. */
  malformed: AwsError | undefined;
}

/** `undefined` stands for a value that is absent or malformed. */
function read(shape: Shape, node: ParameterNode, path: string, reading: Reading): unknown {
  switch (shape.type) {
    case "structure":
      if (node.value) return malformed(reading, valueNotExpected);
      return readStructure(shape, node, `${path}.`, reading);
    case "list":
      return readList(shape, node, path, reading);
    case "map":
      return readMap(shape, node, path, reading);
    default: {
      // `RoleName.member.1=x`: a list where a plain value should be.
      if (node.value === undefined) return malformed(reading, notAScalar(node));
      const scalar = parseScalar(shape, node.value);
      if (!scalar.ok) return malformed(reading, scalar.reason);
      reading.violations.check(shape, scalar.value, path);
      return scalar.value;
    }
  }
}

function readStructure(shape: StructureShape, node: ParameterNode, prefix: string, reading: Reading): object {
  const out: Record<string, unknown> = {};
  for (const member of shape.members) {
    const child = node.children?.get(member.name);
    if (child !== undefined) {
      const value = read(member.shape, child, prefix + member.path, reading);
      if (value !== undefined) out[member.name] = value;
    } else if (member.isRequired) {
      reading.violations.missing(prefix + member.path);
    }
  }
  return out;
}

function readList(shape: ListShape, node: ParameterNode, path: string, reading: Reading): unknown {
  const items = indexed(node, "member", reading);
  if (items === undefined) return undefined;
  const out: unknown[] = [];
  const isPlain = isScalar(shape.member);
  for (const [index, item] of items.entries()) {
    if (isPlain) out.push(readPlainItem(shape.member, item, reading));
    else out.push(read(shape.member, item, `${path}.${index + 1}.member`, reading));
  }
  if (reading.malformed === undefined) reading.violations.check(shape, out, path);
  return out;
}

// The items of a plain list are checked by the list, in one sentence about the list.
function readPlainItem(shape: Shape, item: ParameterNode, reading: Reading): unknown {
  if (item.value === undefined) return malformed(reading, notAScalar(item));
  const scalar = parseScalar(shape, item.value);
  return scalar.ok ? scalar.value : malformed(reading, scalar.reason);
}

function readMap(shape: MapShape, node: ParameterNode, path: string, reading: Reading): unknown {
  const entries = indexed(node, "entry", reading);
  if (entries === undefined) return undefined;
  const out = new Map<string, unknown>();
  for (const entry of entries) {
    const key = entry.children?.get("key")?.value;
    const valueNode = entry.children?.get("value");
    if (key === undefined || valueNode === undefined) {
      reading.violations.missing(key === undefined ? `${path}.key` : valuePath(path, key));
      continue;
    }
    if (out.has(key)) return malformed(reading, `Duplicate key ${key.slice(0, 128)} in map`);
    reading.violations.check(shape.key, key, `${path}.key`);
    out.set(key, read(shape.value, valueNode, valuePath(path, key), reading));
  }
  reading.violations.check(shape, [...out.keys()], path);
  return Object.fromEntries(out);
}

function valuePath(path: string, key: string): string {
  return `${path}.${key.slice(0, 128)}.member`;
}

/**
 * The items below `Name.member.N`, or `Name.N`, in the order of their numbers.
 *
 * Observed, not documented (another service of the same framework, probed): 0 is no index; a gap of up to ten is
 * filled with empty items, which then break their constraints; a larger gap and a huge index are refused. So the list
 * is never longer than eleven times what the request really holds.
 */
function indexed(
  node: ParameterNode,
  wrapper: "member" | "entry",
  reading: Reading,
): ParameterNode[] | undefined {
  if (node.value) return malformed(reading, valueNotExpected);
  const wrapped = node.children?.get(wrapper);
  if (wrapped !== undefined && node.children?.size !== 1)
    return malformed(reading, "Start of list found where not expected");
  const found: { index: number; item: ParameterNode }[] = [];
  for (const [segment, item] of (wrapped ?? node).children ?? []) {
    if (segment === "0") return malformed(reading, "0 is not a valid index");
    if (/^-\d{1,15}$/.test(segment)) return malformed(reading, `Key ${segment} may not have a leading '-'`);
    if (!/^0{0,15}[1-9]\d{0,15}$/.test(segment))
      return malformed(reading, "Start of list found where not expected");
    const index = Number(segment);
    if (index > maxIndex) return malformed(reading, `Index ${segment} is illegal`);
    found.push({ index, item });
  }
  if (wrapped?.value) return malformed(reading, valueNotExpected);
  found.sort((a, b) => a.index - b.index);

  const items: ParameterNode[] = [];
  let previous = 1;
  for (const { index, item } of found) {
    const skipped = index - previous;
    if (skipped > maxSkip) {
      return malformed(
        reading,
        `Excessively sparse input would skip ${skipped.toLocaleString("en-US")} list elements`,
      );
    }
    while (items.length < index - 1) items.push({ value: "" });
    // `1` and `01` are one index.
    if (items.length < index) items.push(item);
    previous = index;
  }
  return items;
}

const maxIndex = 214748369;
const maxSkip = 10;
const valueNotExpected = "Value found where not expected";

function notAScalar(node: ParameterNode): string {
  return node.children?.has("member")
    ? "Start of list found where not expected"
    : "Start of structure or map found where not expected.";
}

function isScalar(shape: Shape): boolean {
  return shape.type !== "structure" && shape.type !== "list" && shape.type !== "map";
}

function malformed(reading: Reading, reason: string): undefined {
  reading.malformed ??= MalformedInput(reason);
  return undefined;
}
