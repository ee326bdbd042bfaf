// For tests that try one and all: what a generator draws once in a million is among so few.
import { unknownValue } from "../request/context.ts";
import type { ContextValue, UnknownValue } from "../request/context.ts";

/** All sequences of at most so many of the units, the shortest first. */
export function upTo(count: number, units: readonly string[]): string[] {
  return listsUpTo(count, units).map((list) => list.join(""));
}

/** All lists of at most so many of the items, in every order, the shortest first. */
export function listsUpTo<T>(count: number, items: readonly T[]): T[][] {
  const all: T[][] = [[]];
  let last = all;
  for (let i = 0; i < count; i++) {
    last = last.flatMap((list) => items.map((item) => [...list, item]));
    all.push(...last);
  }
  return all;
}

/** All sets of at most so many of the items and at least one, each in the items' order. */
export function setsUpTo<T>(count: number, items: readonly T[]): T[][] {
  return items.flatMap((item, i) => [
    [item],
    ...(count === 1 ? [] : setsUpTo(count - 1, items.slice(i + 1)).map((rest) => [item, ...rest])),
  ]);
}

/** All sets of the items, the empty one too. */
export const subsets = <T>(items: readonly T[]): T[][] => [[], ...setsUpTo(items.length, items)];

/** What a request can have of a key. */
export type Value = ContextValue | UnknownValue | undefined;

/** What a request has of its keys. */
export type Values = Readonly<Record<string, Value>>;

/** The same with each value that could stand in the place of one that is not known. */
export function completions(values: Values, known: readonly (ContextValue | undefined)[]): Values[] {
  const name = Object.keys(values).find((key) => values[key] === unknownValue);
  if (name === undefined) return [values];
  return known.flatMap((value) => completions({ ...values, [name]: value }, known));
}
