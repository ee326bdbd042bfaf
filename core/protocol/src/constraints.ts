import type { Shape } from "@rolecall/model";

/** A kind of constraint, in the order in which they are told. */
export type ConstraintKind = "max" | "min" | "pattern" | "enum";

/** Which of its shape's constraints a value breaks. For lists and maps: of their own, not of their items. */
export function brokenConstraints(shape: Shape, value: unknown): readonly ConstraintKind[] {
  switch (shape.type) {
    case "string":
      return brokenByString(shape, value as string);
    case "integer":
      return outside(value as number, shape);
    case "list":
    case "map":
    case "blob":
      return outside((value as { readonly length: number }).length, shape);
    default:
      return none;
  }
}

/** The constraints a shape has. */
export function constraintKinds(shape: Shape): readonly ConstraintKind[] {
  return kinds.filter((kind) => kind in shape);
}

/** The clause that tells a constraint, AWS's words. */
export function constraintClause(shape: Shape, kind: ConstraintKind): string {
  const constraints = shape as {
    max?: number;
    min?: number;
    pattern?: { source: string };
    enum?: readonly string[];
  };
  const what = shape.type === "integer" ? "value" : "length";
  switch (kind) {
    case "max":
      return `Member must have ${what} less than or equal to ${constraints.max}`;
    case "min":
      return `Member must have ${what} greater than or equal to ${constraints.min}`;
    case "pattern":
      return `Member must satisfy regular expression pattern: ${constraints.pattern?.source}`;
    case "enum":
      return `Member must satisfy enum value set: [${constraints.enum?.join(", ")}]`;
  }
}

/** A value that is too long is held against its pattern, too, but not without bounds. */
const maxMatchedBeyond = 131_072;

const kinds: readonly ConstraintKind[] = ["max", "min", "pattern", "enum"];
const none: readonly ConstraintKind[] = [];
const tooLarge: readonly ConstraintKind[] = ["max"];
const tooSmall: readonly ConstraintKind[] = ["min"];

interface Range {
  readonly min?: number;
  readonly max?: number;
}

function outside(size: number, { min, max }: Range): readonly ConstraintKind[] {
  if (max !== undefined && size > max) return tooLarge;
  if (min !== undefined && size < min) return tooSmall;
  return none;
}

function brokenByString(
  shape: Shape & { readonly type: "string" },
  value: string,
): readonly ConstraintKind[] {
  const length = outside(characters(value, shape), shape);
  const isMatched = length !== tooLarge || value.length <= maxMatchedBeyond;
  const isPatternBroken = isMatched && shape.pattern !== undefined && !shape.pattern.whole.test(value);
  const isEnumBroken = shape.enum !== undefined && !shape.enum.includes(value);
  if (!isPatternBroken && !isEnumBroken) return length;
  return [
    ...length,
    ...(isPatternBroken ? (["pattern"] as const) : []),
    ...(isEnumBroken ? (["enum"] as const) : []),
  ];
}

// A character outside the basic plane is two units of a JavaScript string and one character of the model. Counting is
// only needed where it can change the answer.
function characters(value: string, { min = 0, max = Infinity }: Range): number {
  if (value.length <= max && value.length >= 2 * min) return value.length;
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}
