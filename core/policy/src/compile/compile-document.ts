import { actionMatches, actionReach, serviceOf } from "../match/action.ts";
import type { Policy, Statement } from "../parse/policy.ts";
import type { CompiledStatement } from "./compile-statement.ts";
import { compileStatement } from "./compile-statement.ts";

/** The matchers of one document text: safe to share and to keep for as long as the text is in use. */
export interface CompiledDocument {
  readonly policy: Policy;
  /** @internal The statements' matchers, each made when an action first needs it: most are never needed. */
  readonly compiled: (CompiledStatement | undefined)[];
  /** @internal Of documents with many statements. */
  readonly index: ActionIndex | undefined;
}

/** Statements by the actions they can match. Action elements are in lower case. */
interface ActionIndex {
  /** Statements that name an action without wildcards. */
  readonly byAction: ReadonlyMap<string, readonly Statement[]>;
  /** Statements with wildcards in the names of a service's actions. */
  readonly byService: ReadonlyMap<string, readonly Statement[]>;
  readonly ofEveryService: readonly Statement[];
}

/** Fewer statements are looked through. */
const leastToIndex = 32;

/** Makes the matchers of a document, once for all who have the same text. */
export function compileDocument(policy: Policy): CompiledDocument {
  const { statements } = policy;
  const index = statements.length < leastToIndex ? undefined : indexOf(statements);
  return { policy, compiled: [], index };
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
export function statementsFor(document: CompiledDocument, action: string): readonly Statement[] {
  const lowerCase = action.toLowerCase();
  return candidates(document, lowerCase).filter(({ actions }) => actionMatches(actions, lowerCase));
}

function candidates({ policy, index }: CompiledDocument, action: string): readonly Statement[] {
  if (index === undefined) return policy.statements;
  const some = new Set([
    ...index.ofEveryService,
    ...(index.byService.get(serviceOf(action)) ?? []),
    ...(index.byAction.get(action) ?? []),
  ]);
  return [...some].sort((a, b) => a.index - b.index);
}

/** The matchers of one statement of the document. */
export function compiledStatement(
  { policy, compiled }: CompiledDocument,
  statement: Statement,
): CompiledStatement {
  return (compiled[statement.index] ??= compileStatement(statement, policy));
}
