import { actionReach } from "../match/action.ts";
import type { CompiledStatement } from "./compile-statement.ts";

/** Statements of one effect that can concern an action, in the document's order. */
export interface Slice {
  readonly statements: readonly CompiledStatement[];
  /** The action element has been tested already. */
  readonly actionMatches: boolean;
}

/** A document's statements of one effect, sliced by the actions they can match. */
export interface Slices {
  /** Most documents have no Deny at all. */
  readonly isEmpty: boolean;
  /** Actions that stand in the document without wildcards. */
  readonly byAction: ReadonlyMap<string, Slice>;
  /** Services with wildcards in an action's name. */
  readonly byService: ReadonlyMap<string, Slice>;
  /** Statements that reach every service. */
  readonly others: Slice;
}

export function sliceStatements(statements: readonly CompiledStatement[]): Slices {
  const reaches = statements.map(({ statement }) => actionReach(statement.actions));
  const select = (test: (reach: (typeof reaches)[number]) => boolean) =>
    statements.filter((_, i) => {
      const reach = reaches[i];
      return reach !== undefined && (reach.everyService || test(reach));
    });
  const byService = new Map<string, Slice>();
  const byAction = new Map<string, Slice>();
  for (const { services, exact } of reaches) {
    for (const service of services)
      if (!byService.has(service))
        byService.set(service, {
          statements: select((reach) => reach.services.has(service)),
          actionMatches: false,
        });
    for (const action of exact)
      if (!byAction.has(action))
        byAction.set(action, {
          statements: statements.filter((one) => one.action(action)),
          actionMatches: true,
        });
  }
  return {
    isEmpty: statements.length === 0,
    byAction,
    byService,
    others: { statements: select(() => false), actionMatches: false },
  };
}

/**
 * The statements to look at for an action.
 *
 * @param action in lower case
 */
export function sliceFor(slices: Slices, action: string, service: string): Slice {
  if (slices.isEmpty) return slices.others;
  return slices.byAction.get(action) ?? slices.byService.get(service) ?? slices.others;
}
