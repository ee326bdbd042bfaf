import { placesIn, readJson } from "@rolecall/policy/language";
import type { ServiceAuthorization } from "@rolecall/service-authorization";
import { actionEntries } from "./actions.ts";
import { fittedArns, formatsOf } from "./arns.ts";
import { checks } from "./checks.ts";
import { learnMoreLink } from "./check.ts";
import type { Check, Found, LintContext, LintKind, LintResourceType } from "./check.ts";
import { readLintDocument } from "./document.ts";
import type { ListPart } from "./document.ts";
import type { Finding, Location, Place } from "./finding.ts";
import { memo } from "./memo.ts";
import { saveProblems } from "./save-problems.ts";

export interface LintOptions {
  /** What the document is. */
  readonly kind: LintKind;
  /** The type of the resource that a resource policy is for; generic checks alone when left out. */
  readonly resourceType?: LintResourceType;
  /** The account that the document belongs to: then principals of other accounts are known to be others. */
  readonly accountId?: string;
  /** Actions, resource types and condition keys: make it once and keep it. */
  readonly data: ServiceAuthorization;
  /** Longest text that is read, in UTF-16 units. Default 131,072. */
  readonly maxLength?: number;
}

const maxDepth = 16;
const maxFindings = 1_000;

/**
 * What is wrong, risky, doubtful or superfluous in a policy document, in Access Analyzer's vocabulary. None of it keeps a
 * document from being saved: that is `parsePolicy`. A document that is no JSON gives one JSON_SYNTAX_ERROR. Never throws.
 *
 * @returns findings in the order of their places
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
 */
export function lint(text: string, options: LintOptions): Finding[] {
  const { kind, resourceType, accountId, data, maxLength = 131_072 } = options;
  const toLocation = locator(text);
  const json = readJson(text, { maxLength, maxDepth });
  if (!json.ok || json.node.kind !== "object") {
    const at = json.ok ? json.node.at : Math.min(json.error.at, text.length);
    const reason = json.ok ? "A policy is a JSON object" : json.error.reason;
    return [syntaxError(toLocation({ path: [], at, end: Math.min(at + 1, text.length) }), reason)];
  }
  const document = readLintDocument(text, json.node);
  const formats = memo((segment: string) => formatsOf(segment, data));
  const context: LintContext = {
    kind,
    resourceType,
    accountId,
    data,
    document,
    actionsOf: memo((part: ListPart | undefined) => actionEntries(part, data)),
    arnsOf: memo((part: ListPart | undefined) => fittedArns(part, formats)),
    formatsOf: formats,
  };
  const raised: { check: Pick<Check, "code" | "type" | "when" | "page">; found: Found; at: number }[] = [];
  for (const check of checks) {
    if (check.kinds !== undefined && !check.kinds.includes(kind)) continue;
    for (const found of ask(check, context))
      raised.push({ check, found, at: found.places[0]?.at ?? document.at });
  }
  const errors = raised.flatMap(({ check, found }) =>
    check.type === "ERROR" ? found.places.map(({ at }) => ({ at, code: check.code })) : [],
  );
  for (const found of saveProblems(context, json.node, errors))
    raised.push({ check: refusedOnSave, found, at: found.places[0]?.at ?? document.at });
  // Sorting is stable: at one place the order of the table stands.
  raised.sort((a, b) => a.at - b.at);
  return raised.slice(0, maxFindings).map(({ check, found }) => ({
    findingType: check.type,
    issueCode: check.code,
    findingDetails: found.details,
    learnMoreLink: learnMoreLink(check),
    locations: found.places.map(toLocation),
  }));
}

function* ask(check: Check, context: LintContext): Iterable<Found> {
  const { document } = context;
  if ("document" in check) yield* check.document(document, context);
  else if ("statement" in check)
    for (const statement of document.statements) yield* check.statement(statement, context);
  else if ("condition" in check)
    for (const statement of document.statements)
      for (const condition of statement.conditions) yield* check.condition(condition, statement, context);
}

const refusedOnSave: Pick<Check, "code" | "type" | "when" | "page"> = checks.find(
  ({ code }) => code === "ROLECALL_REFUSED_ON_SAVE",
) ?? { code: "ROLECALL_REFUSED_ON_SAVE", type: "ERROR", when: "" };

const syntaxCode = "JSON_SYNTAX_ERROR";

function syntaxError(location: Location, reason: string): Finding {
  return {
    findingType: "ERROR",
    issueCode: syntaxCode,
    findingDetails: `${reason}, at offset ${location.span.start.offset}.`,
    learnMoreLink: learnMoreLink({ code: syntaxCode, type: "ERROR", when: "" }),
    locations: [location],
  };
}

function locator(text: string): (place: Place) => Location {
  const placeOf = placesIn(text);
  const position = (offset: number) => {
    const { line, column } = placeOf(offset);
    return { line, column: column - 1, offset };
  };
  return ({ path, at, end }) => ({ path, span: { start: position(at), end: position(end) } });
}
