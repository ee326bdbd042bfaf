import { InvalidInput } from "@rolecall/model";
import { compilePolicy, parsePolicy } from "@rolecall/policy";
import { isOfValueType } from "@rolecall/policy/language";
import type { CompiledPolicy, ConditionElement, ContextValue, Policy, PolicyKind } from "@rolecall/policy";
import { statementPositions } from "./positions.ts";
import type { StatementPosition } from "./positions.ts";

/** A document ready to be decided by, and to be pointed at in results. */
export interface SimulatedPolicy {
  id: string;
  policy: Policy;
  compiled: CompiledPolicy;
  positions: StatementPosition[];
}

/** A document of the request. @throws InvalidInput `Policy input list item 1 has invalid content` */
export function givenPolicy(
  id: string,
  document: string,
  kind: PolicyKind,
  context: ReadonlyMap<string, ContextValue>,
  what: string,
): SimulatedPolicy {
  const parsed = parsePolicy(document, kind);
  if (!parsed.ok) throw InvalidInput(`${what} has invalid content`);
  return simulated(id, document, parsed.policy, context);
}

/** A stored document: it was checked when it was saved. */
export function storedPolicy(
  id: string,
  document: string,
  kind: PolicyKind,
  context: ReadonlyMap<string, ContextValue>,
): SimulatedPolicy {
  const parsed = parsePolicy(document, kind, { isStored: true });
  if (!parsed.ok) throw new Error(`a stored ${kind} policy no longer parses: ${parsed.problems[0]?.message}`);
  return simulated(id, document, parsed.policy, context);
}

function simulated(
  id: string,
  document: string,
  policy: Policy,
  context: ReadonlyMap<string, ContextValue>,
): SimulatedPolicy {
  return {
    id,
    policy,
    compiled: compilePolicy(asTheSimulatorReads(policy, context), { type: policy.kind, name: id }),
    positions: statementPositions(document, policy),
  };
}

/**
 * The one condition that the simulator was recorded to decide differently from the live service: a value that is no
 * number does not match `NumericNotEquals`, as it does not match `NumericEquals`.
 */
function asTheSimulatorReads(policy: Policy, context: ReadonlyMap<string, ContextValue>): Policy {
  const isNumber = (value: string): boolean => isOfValueType("numeric", value);
  const differs = ({ operator, key }: ConditionElement): boolean => {
    if (!operator.includes("NumericNotEquals")) return false;
    const value = context.get(key.toLowerCase());
    return value !== undefined && ![value].flat().every(isNumber);
  };
  if (!policy.statements.some(({ conditions }) => conditions.some(differs))) return policy;
  return {
    ...policy,
    statements: policy.statements.map((statement) => ({
      ...statement,
      conditions: statement.conditions.map((condition) =>
        differs(condition)
          ? { ...condition, operator: condition.operator.replace("NotEquals", "Equals") }
          : condition,
      ),
    })),
  };
}

/** Statements of all documents together: what one evaluation costs. */
export const statementCount = (policies: readonly SimulatedPolicy[]): number =>
  policies.reduce((sum, { policy }) => sum + policy.statements.length, 0);
