import { printable } from "../printable.ts";

/** One decision with its record, as the server and the engine give it. */
export interface PrintedEvaluation {
  action: string;
  resource: string;
  context: Record<string, string | string[]>;
  explanation: {
    decision: { effect: "Allow" | "Deny"; kind?: string; layer?: string };
    layers: PrintedLayer[];
    blockers: string[];
  };
  remedy?: PrintedRemedy;
}

type PrintedChange =
  | { kind: "add-statement"; layer: string; statement: object }
  | { kind: "narrow-deny"; layer: string; statement: PrintedStatement };

interface PrintedRemedy {
  changes: PrintedChange[];
  warnings: string[];
  unmet: { statement: PrintedStatement; condition: { key: string } }[];
}

interface PrintedStatement {
  policy: { type: string; arn?: string; name?: string; attachedTo?: string };
  index: number;
  sid?: string;
  line: number;
}

interface PrintedLayer {
  type: string;
  outcome: string;
  levels?: string[];
  matched: PrintedStatement[];
  nearMisses: {
    statement: PrintedStatement;
    effect: string;
    failedAt: string;
    wanted?: { element: string; values: (string | { type: string; value: string })[] };
    variables?: Record<string, string | null>;
    condition?: { operator: string; key: string; wanted: string[]; got: string[] | null; outcome: string };
  }[];
}

function statementText({ policy, index, sid, line }: PrintedStatement): string {
  const where = policy.arn ?? policy.name ?? policy.type;
  const on = policy.attachedTo === undefined || policy.attachedTo === where ? "" : ` on ${policy.attachedTo}`;
  return `${where}${on}, statement ${sid ?? index + 1} (line ${line})`;
}

function layerLines(layer: PrintedLayer): string[] {
  const lines = [`    ${layer.type.padEnd(9)} ${layer.outcome}`];
  if (layer.levels && layer.levels.length > 1)
    lines.push(`      levels, the root first: ${layer.levels.join(", ")}`);
  for (const statement of layer.matched) lines.push(`      matched: ${statementText(statement)}`);
  for (const miss of layer.nearMisses) {
    lines.push(
      `      nearly (${miss.effect}): ${statementText(miss.statement)}, but its ${miss.failedAt} does not match`,
    );
    const { condition, wanted } = miss;
    if (wanted) {
      const values = wanted.values.map((one) => (typeof one === "string" ? one : `${one.type} ${one.value}`));
      lines.push(`        ${wanted.element}: ${values.join(", ")}`);
    }
    for (const [name, text] of Object.entries(miss.variables ?? {}))
      lines.push(`        ${name} = ${text ?? "nothing, so it matches nothing"}`);
    if (condition)
      lines.push(
        `        ${condition.operator} ${condition.key}: wanted ${condition.wanted.join(", ")}; got ${condition.got === null ? "no such key" : condition.got.join(", ")}`,
      );
  }
  return lines;
}

function changeText(change: PrintedChange): string {
  if (change.kind === "narrow-deny")
    return `${change.layer}: exempt it from ${statementText(change.statement)}`;
  return `${change.layer}: add ${JSON.stringify(change.statement)}`;
}

function remedyLines({ changes, warnings, unmet }: PrintedRemedy): string[] {
  const lines = ["    the smallest change that would allow it:"];
  for (const change of changes) lines.push(`      ${changeText(change)}`);
  for (const warning of warnings) lines.push(`      mind: ${warning}`);
  if (unmet.length > 0) {
    const keys = [...new Set(unmet.map(({ condition }) => condition.key))];
    lines.push(`    or no change at all, but a request with another ${keys.join(" or ")} (see above)`);
  }
  return lines;
}

/** A decision for people: what each layer said, what nearly matched, what would have to change. */
export function evaluationLines(evaluation: PrintedEvaluation): string[] {
  const { action, resource, context, explanation, remedy } = evaluation;
  const { decision } = explanation;
  const outcome = decision.effect === "Allow" ? "allowed" : `denied (${decision.kind}, ${decision.layer})`;
  const lines = [`  ${action} on ${resource}: ${outcome}`];
  for (const layer of explanation.layers) lines.push(...layerLines(layer));
  if (remedy) lines.push(...remedyLines(remedy));
  lines.push("    context:");
  for (const [key, value] of Object.entries(context))
    lines.push(`      ${key} = ${Array.isArray(value) ? value.join(", ") : value}`);
  return lines.map(printable);
}
