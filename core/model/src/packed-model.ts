import type { Fault } from "./aws-error.ts";
import type { Member, Shape, StringShape } from "./shape.ts";

/** What tools/codegen writes: types once each, referred to by number. */
interface PackedModel {
  readonly types: readonly PackedType[];
  /** Member name, number of its type, and 1 when it is required. */
  readonly structures: Readonly<Record<string, readonly (readonly [string, number, 1?])[]>>;
  /** Input structure, output structure (0: none), codes of the declared errors. */
  readonly operations: Readonly<Record<string, readonly [string | 0, string | 0, readonly string[]]>>;
  /** HTTP status and fault by code on the wire. */
  readonly errors: Readonly<Record<string, readonly [number, Fault]>>;
}

interface PackedType {
  readonly type: Shape["type"];
  readonly member?: number;
  readonly key?: number;
  readonly value?: number;
  readonly name?: string;
  readonly pattern?: string;
}

/** The parts of a model, linked: a member holds its shape, not the name of it. */
export interface UnpackedModel {
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly operations: Readonly<Record<string, UnpackedOperation>>;
  readonly errors: Readonly<Record<string, { readonly status: number; readonly fault: Fault }>>;
}

export interface UnpackedOperation {
  readonly input: string | undefined;
  readonly output: string | undefined;
  readonly errors: readonly string[];
}

/** @param text  written by tools/codegen; what is wrong with it is a bug, not an error */
export function unpackModel(text: string): UnpackedModel {
  const packed = JSON.parse(text) as PackedModel;
  // Records without a prototype: `constructor` and `__proto__` come from requests and are in no model.
  const shapes = record<Shape>();
  const members = record<Member[]>();
  for (const name of Object.keys(packed.structures)) {
    const list: Member[] = [];
    members[name] = list;
    shapes[name] = { type: "structure", name, members: list };
  }

  const patterns = new Map<string, StringShape["pattern"]>();
  const types: Shape[] = [];
  // A list comes after what it is a list of, so one walk links everything; structures exist already.
  for (const packedType of packed.types) types.push(linked(packedType, types, shapes, patterns));

  for (const [name, rows] of Object.entries(packed.structures)) {
    for (const [member, type, isRequired] of rows) {
      const shape = types[type] as Shape;
      members[name]?.push({ name: member, path: memberPath(member), shape, isRequired: isRequired === 1 });
    }
  }

  const operations = record<UnpackedOperation>();
  for (const [name, [input, output, errors]] of Object.entries(packed.operations)) {
    operations[name] = { input: input || undefined, output: output || undefined, errors };
  }
  const errors = record<{ status: number; fault: Fault }>();
  for (const [code, [status, fault]] of Object.entries(packed.errors)) errors[code] = { status, fault };
  return { shapes, operations, errors };
}

function linked(
  packed: PackedType,
  types: readonly Shape[],
  shapes: Readonly<Record<string, Shape>>,
  patterns: Map<string, StringShape["pattern"]>,
): Shape {
  const { type, member, key, value, name, pattern, ...constraints } = packed;
  switch (type) {
    case "structure":
      return shapes[name as string] as Shape;
    case "list":
      return { type, member: types[member as number] as Shape, ...constraints };
    case "map":
      return {
        type,
        key: types[key as number] as StringShape,
        value: types[value as number] as Shape,
        ...constraints,
      };
    case "string":
      if (pattern === undefined) return { type, ...constraints };
      if (!patterns.has(pattern)) patterns.set(pattern, { source: pattern, whole: wholeMatch(pattern) });
      return { type, ...constraints, pattern: patterns.get(pattern) as NonNullable<StringShape["pattern"]> };
    default:
      return { type, ...constraints };
  }
}

// The services match the whole value, with or without ^ and $ in the pattern. `u` because the patterns speak of
// characters and have \p{L}; no `m`, so that $ is not satisfied before a final line feed.
function wholeMatch(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, "u");
}

/** As ValidationError and CloudTrail print it, the first letter small: `roleName`, `sAMLAssertion`. */
function memberPath(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function record<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}
