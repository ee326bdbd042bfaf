import { compareText } from "@rolecall/store-contract";

/**
 * A map from text to text, ordered by code point, that never changes: an update gives a new map that shares all
 * but the path to its root. Who holds a map holds a snapshot. Every operation is O(log n).
 *
 * A weight-balanced tree: neither side of a node weighs more than three times the other.
 * @see https://doi.org/10.1017/S0956796811000104 (Hirai and Yamamoto, "Balancing weight-balanced trees")
 */
export type SortedMap = Node | undefined;

interface Node {
  readonly key: string;
  readonly value: string;
  readonly left: SortedMap;
  readonly right: SortedMap;
  readonly size: number;
}

export function get(map: SortedMap, key: string): string | undefined {
  for (let node = map; node;) {
    const order = compareText(key, node.key);
    if (order === 0) return node.value;
    node = order < 0 ? node.left : node.right;
  }
  return undefined;
}

export function set(map: SortedMap, key: string, value: string): Node {
  if (!map) return { key, value, left: undefined, right: undefined, size: 1 };
  const order = compareText(key, map.key);
  if (order === 0) return { ...map, value };
  return order < 0
    ? balanced(map, set(map.left, key, value), map.right)
    : balanced(map, map.left, set(map.right, key, value));
}

export function remove(map: SortedMap, key: string): SortedMap {
  if (!map) return undefined;
  const order = compareText(key, map.key);
  if (order < 0) return balanced(map, remove(map.left, key), map.right);
  if (order > 0) return balanced(map, map.left, remove(map.right, key));
  if (!map.left) return map.right;
  if (!map.right) return map.left;
  const next = first(map.right);
  return balanced(next, map.left, remove(map.right, next.key));
}

/** How many keys stand before `key`. */
export function rank(map: SortedMap, key: string): number {
  let before = 0;
  for (let node = map; node;) {
    if (compareText(key, node.key) <= 0) node = node.left;
    else {
      before += size(node.left) + 1;
      node = node.right;
    }
  }
  return before;
}

/** Keys and values from `from` (inclusive) to `to` (exclusive), in order. */
export function* range(map: SortedMap, from: string, to: string): Generator<[key: string, value: string]> {
  if (!map) return;
  const isAfterStart = compareText(map.key, from) >= 0;
  const isBeforeEnd = compareText(map.key, to) < 0;
  if (isAfterStart) yield* range(map.left, from, to);
  if (isAfterStart && isBeforeEnd) yield [map.key, map.value];
  if (isBeforeEnd) yield* range(map.right, from, to);
}

const size = (map: SortedMap): number => map?.size ?? 0;

function node({ key, value }: Node, left: SortedMap, right: SortedMap): Node {
  return { key, value, left, right, size: size(left) + size(right) + 1 };
}

function first(map: Node): Node {
  let node = map;
  while (node.left) node = node.left;
  return node;
}

/** A node of sides that were balanced before one of them grew or shrank by one. */
function balanced(root: Node, left: SortedMap, right: SortedMap): Node {
  if (right && isTooHeavy(right, left)) {
    const { left: inner, right: outer } = right;
    return inner && size(inner) + 1 >= 2 * (size(outer) + 1)
      ? node(inner, node(root, left, inner.left), node(right, inner.right, outer))
      : node(right, node(root, left, inner), outer);
  }
  if (left && isTooHeavy(left, right)) {
    const { left: outer, right: inner } = left;
    return inner && size(inner) + 1 >= 2 * (size(outer) + 1)
      ? node(inner, node(left, outer, inner.left), node(root, inner.right, right))
      : node(left, outer, node(root, inner, right));
  }
  return node(root, left, right);
}

const isTooHeavy = (side: Node, other: SortedMap): boolean => side.size + 1 > 3 * (size(other) + 1);
