import { denialSentence, evaluate, explain, remedyOf } from "@rolecall/policy";
import { matchedStatements } from "@rolecall/policy/language";
import type { AuthorizationRequest, Decision, Explanation, PolicySet, Remedy } from "@rolecall/policy";
import type { MatchedStatement } from "@rolecall/policy/language";
import type { Caller } from "./caller.ts";
import type { Check } from "./check.ts";
import { compileStoredPolicy } from "./gather-policies.ts";
import type { PolicyCache } from "./policy-cache.ts";
import { checkContext, contextEntries } from "./check-context.ts";
import { checkEachSpelling } from "./spellings.ts";
import type { RequestContextFacts } from "./check-context.ts";

/** The decision on a whole request. */
export type Authorized = { allowed: true } | Denied;

export interface Denied {
  allowed: false;
  /** The first failing check; its sentence is the one to show. */
  check: Check;
  sentence: string;
  /** Every check of the request with its full explanation, passed ones included. */
  evaluations: CheckExplanation[];
  /** The Deny statements that refused the first failing check; none for an implicit denial. */
  statements: readonly MatchedStatement[];
  /** The condition context of that check. */
  context: CheckExplanation["context"];
}

export interface CheckExplanation {
  action: string;
  resource: string;
  context: Record<string, string | readonly string[]>;
  explanation: Explanation;
  /** What would have to change; for denied checks only. */
  remedy?: Remedy;
}

type Denial = Extract<Decision, { effect: "Deny" }>;

/**
 * The one authorize: every request's checks, decided by the policy engine. Deciding allocates no explanation;
 * only a refused request is evaluated again with its record kept, by the same matchers.
 *
 * INVARIANT: no checks means nothing to allow, and is denied. An operation that needs no permission says so
 * with `"none"` and does not come here.
 */
export function authorize(
  caller: Caller,
  named: readonly Check[],
  policies: PolicySet,
  context: RequestContextFacts,
  cache: PolicyCache,
): Authorized {
  if (named.length === 0) throw new Error("an operation must name at least one check");
  const checks = named.flatMap(checkEachSpelling);
  for (const check of checks) {
    const [request, set] = situation(caller, check, policies, context, cache);
    const decision = evaluate(request, set);
    if (decision.effect === "Deny")
      return denied(caller, checks, check, decision, policies, context, cache, set);
  }
  return { allowed: true };
}

function situation(
  caller: Caller,
  check: Check,
  policies: PolicySet,
  context: RequestContextFacts,
  cache: PolicyCache,
): [AuthorizationRequest, PolicySet] {
  const stored = check.resourcePolicy;
  const type = check.resourcePolicyType ?? "resource";
  return [
    {
      principal: caller.principal,
      action: check.action,
      resource: check.resource,
      resourceAccountId: check.resourceAccountId,
      resourceKind: type === "trust" ? "trust" : "other",
      context: checkContext(check, context),
    },
    {
      ...policies,
      resource: stored && compileStoredPolicy(cache, stored, type, check.resource),
    },
  ];
}

function denied(
  caller: Caller,
  checks: readonly Check[],
  failed: Check,
  decision: Denial,
  policies: PolicySet,
  context: RequestContextFacts,
  cache: PolicyCache,
  set: PolicySet,
): Denied {
  return {
    allowed: false,
    check: failed,
    sentence:
      failed.sentence ??
      denialSentence({
        callerArn: caller.arn,
        action: failed.action,
        resource: failed.shownAs ?? failed.resource,
        decision,
        form: failed.bareSentence ? "bare" : "full",
      }),
    evaluations: checks.map((check) => explainCheck(caller, check, policies, context, cache)),
    statements: decision.kind === "explicit" ? matchedStatements(decision.because, set) : [],
    context: contextEntries(failed, context),
  };
}

/** One check with everything that bears on it; made for denials and for those who ask. */
export function explainCheck(
  caller: Caller,
  check: Check,
  policies: PolicySet,
  context: RequestContextFacts,
  cache: PolicyCache,
): CheckExplanation {
  const [request, set] = situation(caller, check, policies, context, cache);
  const explanation = explain(request, set);
  const remedy = remedyOf(request, explanation);
  return {
    action: check.action,
    resource: check.resource,
    context: contextEntries(check, context),
    explanation,
    ...(remedy && { remedy }),
  };
}
