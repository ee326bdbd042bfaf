import { actionReach, serviceOf } from "../match/action.ts";
import type { CompiledStatement } from "./compile-statement.ts";

/** A document's statements of one effect, by the actions they can match. Action elements are in lower case. */
export interface Slices {
  /** Most documents have no Deny at all. */
  readonly isEmpty: boolean;
  /** Statements that name an action without wildcards. */
  readonly byAction: ReadonlyMap<string, readonly CompiledStatement[]>;
  /** Statements with wildcards in the names of a service's actions. */
  readonly byService: ReadonlyMap<string, readonly CompiledStatement[]>;
  /** Statements that reach every service. */
  readonly ofEveryService: readonly CompiledStatement[];
  /** What was found before, by the action as requests spell it: no statement's Action is tested twice for one. */
  readonly found: Map<string, readonly CompiledStatement[]>;
}

/** Spellings of actions to remember for one document. A role asks for few; whoever asks for many waits a little. */
const maxFound = 64;

const nothing: readonly CompiledStatement[] = [];

export function sliceStatements(statements: readonly CompiledStatement[]): Slices {
  const byAction = new Map<string, CompiledStatement[]>();
  const byService = new Map<string, CompiledStatement[]>();
  const ofEveryService: CompiledStatement[] = [];
  const add = (to: Map<string, CompiledStatement[]>, name: string, one: CompiledStatement) => {
    const list = to.get(name);
    if (list === undefined) to.set(name, [one]);
    else list.push(one);
  };
  for (const one of statements) {
    const { everyService, services, exact } = actionReach(one.statement.actions);
    if (everyService) {
      ofEveryService.push(one);
      continue;
    }
    for (const service of services) add(byService, service, one);
    for (const action of exact) add(byAction, action, one);
  }
  return { isEmpty: statements.length === 0, byAction, byService, ofEveryService, found: new Map() };
}

/**
 * The statements whose Action or NotAction matches, in the document's order.
 *
 * @param action in any case
 */
export function statementsFor(slices: Slices, action: string): readonly CompiledStatement[] {
  if (slices.isEmpty) return nothing;
  return slices.found.get(action) ?? find(slices, action);
}

function find({ byAction, byService, ofEveryService, found }: Slices, spelt: string) {
  const action = spelt.toLowerCase();
  const candidates = new Set([
    ...ofEveryService,
    ...(byService.get(serviceOf(action)) ?? nothing),
    ...(byAction.get(action) ?? nothing),
  ]);
  const matching = [...candidates].filter((one) => one.action(action));
  matching.sort((a, b) => a.statement.index - b.statement.index);
  if (found.size >= maxFound) found.clear();
  found.set(spelt, matching.length === 0 ? nothing : matching);
  return matching;
}
