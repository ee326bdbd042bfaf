import { actionMatches, actionReach, serviceOf } from "../match/action.ts";
import type { Policy, Statement } from "../parse/policy.ts";
import type { CompiledStatement } from "./compile-statement.ts";
import { compileStatement } from "./compile-statement.ts";

/** A document's statements of one effect, to be found by the actions they match. */
export interface Slices {
  /** Most documents have no Deny at all. */
  readonly isEmpty: boolean;
  readonly statements: readonly Statement[];
  /** Of documents with many statements. */
  readonly index: ActionIndex | undefined;
  /** What was found before, by the action as requests spell it: no statement's Action is tested twice for one. */
  readonly found: Map<string, readonly CompiledStatement[]>;
}

/** Statements by the actions they can match. Action elements are in lower case. */
interface ActionIndex {
  /** Statements that name an action without wildcards. */
  readonly byAction: ReadonlyMap<string, readonly Statement[]>;
  /** Statements with wildcards in the names of a service's actions. */
  readonly byService: ReadonlyMap<string, readonly Statement[]>;
  readonly ofEveryService: readonly Statement[];
}

/** The matchers of a document's statements, each made when an action first needs it: most are never needed. */
export interface Compiled {
  readonly policy: Policy;
  readonly compiled: (CompiledStatement | undefined)[];
}

/** Fewer statements are looked through. */
const leastToIndex = 32;

/** Spellings of actions to remember for one document. A role asks for few; whoever asks for many waits a little. */
const maxFound = 64;

const nothing: readonly CompiledStatement[] = [];
const noneFound: Slices = { isEmpty: true, statements: [], index: undefined, found: new Map() };

export function sliceStatements(statements: readonly Statement[]): Slices {
  if (statements.length === 0) return noneFound;
  const index = statements.length < leastToIndex ? undefined : indexOf(statements);
  return { isEmpty: false, statements, index, found: new Map() };
}

function indexOf(statements: readonly Statement[]): ActionIndex {
  const byAction = new Map<string, Statement[]>();
  const byService = new Map<string, Statement[]>();
  const ofEveryService: Statement[] = [];
  const add = (to: Map<string, Statement[]>, name: string, one: Statement) => {
    const list = to.get(name);
    if (list === undefined) to.set(name, [one]);
    else list.push(one);
  };
  for (const one of statements) {
    const { everyService, services, exact } = actionReach(one.actions);
    if (everyService) {
      ofEveryService.push(one);
      continue;
    }
    for (const service of services) add(byService, service, one);
    for (const action of exact) add(byAction, action, one);
  }
  return { byAction, byService, ofEveryService };
}

/**
 * The statements whose Action or NotAction matches, in the document's order.
 *
 * @param action in any case
 */
export function statementsFor(
  slices: Slices,
  document: Compiled,
  action: string,
): readonly CompiledStatement[] {
  if (slices.isEmpty) return nothing;
  return slices.found.get(action) ?? find(slices, document, action);
}

function find(slices: Slices, document: Compiled, spelt: string): readonly CompiledStatement[] {
  const action = spelt.toLowerCase();
  const matching = candidates(slices, action)
    .filter(({ actions }) => actionMatches(actions, action))
    .map((statement) => compiledStatement(document, statement));
  const { found } = slices;
  if (found.size >= maxFound) found.clear();
  found.set(spelt, matching.length === 0 ? nothing : matching);
  return matching;
}

function candidates({ statements, index }: Slices, action: string): readonly Statement[] {
  if (index === undefined) return statements;
  const some = new Set([
    ...index.ofEveryService,
    ...(index.byService.get(serviceOf(action)) ?? []),
    ...(index.byAction.get(action) ?? []),
  ]);
  return [...some].sort((a, b) => a.index - b.index);
}

/** The matchers of one statement of the document. */
export function compiledStatement({ policy, compiled }: Compiled, statement: Statement): CompiledStatement {
  return (compiled[statement.index] ??= compileStatement(statement, policy));
}
