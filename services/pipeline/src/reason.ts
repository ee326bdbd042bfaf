import type { CheckExplanation, Denied } from "@rolecall/access";
import type { NearMiss, StatementRef } from "@rolecall/policy";

/** One line for people: which layer refused, by which statement, or what came closest to allowing. */
export function reasonOf(denied: Denied): string {
  const failed = denied.evaluations.find((e) => e.explanation.decision.effect === "Deny");
  return failed ? reasonOfCheck(failed) : denied.sentence;
}

const layerNames: Record<string, string> = {
  identity: "identity-based policy",
  resource: "resource-based policy",
  trust: "role trust policy",
  boundary: "permissions boundary",
  session: "session policy",
  scp: "service control policy",
  rcp: "resource control policy",
  endpoint: "VPC endpoint policy",
};

function statement(ref: StatementRef): string {
  const name = ref.sid === undefined ? `statement ${ref.index + 1}` : `statement "${ref.sid}"`;
  const policy =
    ref.policy.arn ?? (ref.policy.name === undefined ? "the policy" : `inline policy "${ref.policy.name}"`);
  return `${name} of ${policy}`;
}

/** Values are shown short: a denial's message stays one line. */
const values = (list: readonly string[]): string => list.slice(0, 3).join(", ").slice(0, 200);

function nearMiss(miss: NearMiss): string {
  const { condition } = miss;
  if (!condition) return `${statement(miss.statement)} does not match the ${miss.failedAt}`;
  const got = condition.got === null ? "is not in the request" : `is ${values(condition.got)}`;
  return `${statement(miss.statement)} wants ${condition.operator} ${condition.key} ${values(condition.wanted)}, which ${got}`;
}

function reasonOfCheck({ action, explanation }: CheckExplanation): string {
  const { decision, layers } = explanation;
  if (decision.effect === "Allow") return "";
  const name = layerNames[decision.layer] ?? decision.layer;
  const [because] = decision.kind === "explicit" ? decision.because : [];
  if (because) return `${statement(because)} (${name}) denies ${action}.`;
  const [closest] = layers.find((layer) => layer.type === decision.layer)?.nearMisses ?? [];
  const others = explanation.blockers
    .filter((type) => type !== decision.layer)
    .map((type) => layerNames[type]);
  return [
    `no ${name} allows ${action}`,
    closest ? `; closest: ${nearMiss(closest)}` : "",
    others.length > 0 ? `; also missing: ${others.join(", ")}` : "",
    ".",
  ].join("");
}
