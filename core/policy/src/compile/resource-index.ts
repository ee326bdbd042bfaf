// Statements by what their resources begin with: a thousand statements for a thousand buckets cost as much as a few.
import type { BoundStatement } from "./bound-statement.ts";

/** A place in a resource that tells statements apart. */
export interface ResourceIndex {
  /** Those to test when nothing fits further; all of them where nothing is told apart. In their order. */
  readonly statements: readonly BoundStatement[];
  readonly at: number;
  /** By the resource's unit at that place. */
  readonly byUnit: ReadonlyMap<number, ResourceIndex> | undefined;
}

/** One of a statement's resources by its beginning: what the statement matches begins with one of them. */
interface Entry {
  readonly head: string;
  readonly statement: BoundStatement;
}

/** Fewer are tested one by one. */
const leastToIndex = 4;

/** Statements that stand in every branch, for example with `*`: more are not worth the room. */
const maxShared = 8;

/** The statements that can match the resource, and some that cannot. */
export function candidatesFor(index: ResourceIndex, resource: string): readonly BoundStatement[] {
  let node = index;
  while (node.byUnit !== undefined) {
    const next = node.byUnit.get(resource.charCodeAt(node.at));
    if (next === undefined) break;
    node = next;
  }
  return node.statements;
}

export function indexByResource(statements: readonly BoundStatement[]): ResourceIndex {
  if (statements.length < leastToIndex) return unindexed(statements);
  return branch(
    statements.flatMap((statement) => headsOf(statement).map((head) => ({ head, statement }))),
    0,
  );
}

/** Tells nothing apart. */
export const unindexed = (statements: readonly BoundStatement[]): ResourceIndex => ({
  statements,
  at: 0,
  byUnit: undefined,
});

function branch(entries: readonly Entry[], from: number): ResourceIndex {
  const at = firstDifference(entries, from);
  const ended = entries.filter(({ head }) => head.length <= at);
  if (entries.length < leastToIndex || ended.length > maxShared || ended.length === entries.length)
    return unindexed(statementsOf(entries));
  const groups = new Map<number, Entry[]>();
  for (const entry of entries) {
    if (entry.head.length > at) groups.set(entry.head.charCodeAt(at), []);
  }
  // A head that has ended goes along with every group, so that the order stays.
  for (const entry of entries)
    for (const [unit, group] of groups)
      if (entry.head.length <= at || entry.head.charCodeAt(at) === unit) group.push(entry);
  const byUnit = new Map([...groups].map(([unit, group]) => [unit, branch(group, at + 1)] as const));
  return { statements: statementsOf(ended), at, byUnit };
}

/** The first place at which the heads that reach it are not all the same, or one of them ends. */
function firstDifference(entries: readonly Entry[], from: number): number {
  const long = entries.filter(({ head }) => head.length > from);
  const [first] = long;
  if (first === undefined) return from;
  let at = from;
  while (
    at < first.head.length &&
    long.every(({ head }) => head.charCodeAt(at) === first.head.charCodeAt(at))
  )
    at++;
  return at;
}

const statementsOf = (entries: readonly Entry[]) => [...new Set(entries.map(({ statement }) => statement))];

function headsOf({ matchers: { statement } }: BoundStatement): readonly string[] {
  const { resources } = statement;
  return resources === undefined || resources.not ? [""] : resources.values.map(literalHead);
}

/** What stands before the first wildcard or variable. */
function literalHead(value: string): string {
  let end = 0;
  while (end < value.length && !"*?$".includes(value.charAt(end))) end++;
  return value.slice(0, end);
}
