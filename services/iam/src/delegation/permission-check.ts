import type { OperationContext } from "@rolecall/pipeline";
import { parsePolicy } from "@rolecall/policy";

type Result = "ALLOWED" | "DENIED" | "UNSURE";

/** Pairs of action and resource that one check decides. */
const maxPairs = 200;

const isPattern = (text: string): boolean => text.includes("*") || text.includes("?") || text.includes("${");

/**
 * Whether the caller may himself do what a request asks for. Patterns, conditions, inversions and Deny statements are not
 * decided in advance: where the answer would depend on them it is `UNSURE`, never `ALLOWED`.
 */
export async function permissionCheck(policy: string, context: OperationContext): Promise<Result> {
  const parsed = parsePolicy(policy, "session");
  if (!parsed.ok) return "UNSURE";
  const { caller, access, facts, accountId } = context;
  let isSure = true;
  let pairs = 0;
  for (const { effect, actions, resources, conditions } of parsed.policy.statements) {
    if (effect === "Deny" || actions.not || resources === undefined || resources.not) {
      isSure = false;
      continue;
    }
    for (const action of actions.values)
      for (const resource of resources.values) {
        if (++pairs > maxPairs) return "UNSURE";
        const isPlain = !isPattern(action) && (resource === "*" || !isPattern(resource));
        if (!isPlain || conditions.length > 0) isSure = false;
        const check = { action, resource, resourceAccountId: accountId };
        const { explanation } = await access.explain(caller, check, facts());
        if (explanation.decision.effect === "Allow") continue;
        if (isPlain && conditions.length === 0) return "DENIED";
        isSure = false;
      }
  }
  return isSure ? "ALLOWED" : "UNSURE";
}
