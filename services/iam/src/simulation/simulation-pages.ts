import { InvalidInput } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { evaluateAction } from "./evaluate-action.ts";
import type { Scenario } from "./scenario.ts";
import { statementCount } from "./simulated-policies.ts";

const defaultMaxItems = 100;
/**
 * Statements looked at in one answer, at most: a page ends early rather than hold up everybody else. Only one action
 * over very many resources and statements cannot be answered at all.
 */
const maxStatementTests = 500_000;

/** One page of results: an action each. Its marker may be used with other inputs, as recorded. */
export function simulationPage(
  input: {
    readonly ActionNames: readonly string[];
    readonly MaxItems?: number | undefined;
    readonly Marker?: string | undefined;
  },
  scenario: Scenario,
): Iam.SimulatePolicyResponse {
  const first = openMarker(input.Marker);
  const { identity, boundary, resourcePolicy, organization } = scenario;
  const others = [boundary, resourcePolicy].filter((policy) => policy !== undefined);
  const levels = (organization ?? [])
    .flat()
    .reduce((sum, { document }) => sum + document.policy.statements.length, 0);
  const tests = (statementCount([...identity, ...others]) + levels + 1) * scenario.resources.length;
  if (tests > maxStatementTests)
    throw InvalidInput("The simulation has too many resources and statements for one action.");
  const size = Math.min(input.MaxItems ?? defaultMaxItems, Math.floor(maxStatementTests / tests));
  const actions = input.ActionNames.slice(first, first + size);
  const next = first + actions.length;
  const isTruncated = actions.length > 0 && next < input.ActionNames.length;
  return {
    EvaluationResults: actions.map((action) => evaluateAction(action, scenario)),
    IsTruncated: isTruncated,
    Marker: isTruncated ? sealMarker(next) : undefined,
  };
}

const prefix = "simulation ";
const sealMarker = (next: number): string => Buffer.from(`${prefix}${next}`).toString("base64");

function openMarker(marker: string | undefined): number {
  if (marker === undefined) return 0;
  const text = Buffer.from(marker, "base64").toString("utf8");
  const next = text.startsWith(prefix) ? text.slice(prefix.length) : "";
  if (!/^\d{1,9}$/.test(next)) throw InvalidInput("Invalid marker for pagination.");
  return Number(next);
}
