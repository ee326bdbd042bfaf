import { readDocument } from "./document.ts";
import type { DraftPolicy, DraftStatement, Findings } from "./document.ts";
import { placesIn, readJson } from "./json-reader.ts";
import { kinds } from "./kinds.ts";
import type { ListElement, Policy, PolicyKind, Problem, Statement } from "./policy.ts";
import { checkOf, sentenceOf } from "./problems.ts";
import { checkRules } from "./rules.ts";

/** What `parsePolicy` can be told of where a document comes from. */
export interface ParseOptions {
  /** CreatePolicy and CreatePolicyVersion take no document older than 2012-10-17 or without Version. Default false. */
  readonly requireVersion2012?: boolean;
  /**
   * The document was saved before and is only read again: checks that AWS makes of new documents alone are left out
   * (trust in shared OIDC providers). Default false.
   */
  readonly isStored?: boolean;
  /** Whose sentences a resource policy is refused with, and whose rules it must keep. Default `iam`. */
  readonly sentences?: "iam" | "s3";
  /** The ARN of the resource (S3: the bucket) that a resource policy is for; its Resource elements must lie within. */
  readonly resourceArn?: string;
  /** Longest text that is read, in UTF-16 units. Default 131,072; 1,048,576 for what is stored, AWS's policies too. */
  readonly maxLength?: number;
}

/** The checked policy, or every reason why the document is refused, the first of them as AWS tells it. */
export type ParseResult =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A document is six levels deep; a little more, so that the grammar and not the reader refuses what is wrong. */
const maxDepth = 16;
const maxProblems = 100;

/**
 * Reads and checks a policy document as the API that saves it does. The first problem's message is the sentence AWS
 * answers with (MalformedPolicyDocument; MalformedPolicy in S3). Never throws.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicy(text: string, kind: PolicyKind, options: ParseOptions = {}): ParseResult {
  const {
    requireVersion2012 = false,
    isStored = false,
    sentences = "iam",
    resourceArn,
    maxLength = isStored ? 1_048_576 : 131_072,
  } = options;
  const findings: Findings = { kind, list: [] };
  const placeOf = placesIn(text.length > maxLength ? "" : text);
  const json = readJson(text, { maxLength, maxDepth });
  if (!json.ok) {
    const { at, reason } = json.error;
    const { line, column } = placeOf(at);
    const message = sentenceOf({ code: "JSON_SYNTAX_ERROR", path: "", at, subject: reason }, kind, sentences);
    return { ok: false, problems: [{ code: "JSON_SYNTAX_ERROR", message, path: "", line, column }] };
  }
  const draft = readDocument(json.node, findings);
  const isS3 = kind === "resource" && sentences === "s3";
  checkRules(draft, kinds[kind], { requireVersion2012, isStored, isS3, resourceArn }, findings);
  if (findings.list.length === 0) return { ok: true, policy: toPolicy(draft, kind, placeOf) };
  const inOrder = [...findings.list].sort((a, b) => checkOf(a.code) - checkOf(b.code) || a.at - b.at);
  const problems = inOrder.slice(0, maxProblems).map((finding): Problem => {
    const { code, path, at } = finding;
    return { code, message: sentenceOf(finding, kind, sentences), path, ...placeOf(at) };
  });
  return { ok: false, problems };
}

type PlaceOf = ReturnType<typeof placesIn>;

function toPolicy({ version, id, statements }: DraftPolicy, kind: PolicyKind, placeOf: PlaceOf): Policy {
  return {
    kind,
    version: version?.value,
    id,
    statements: statements.map((draft, index) => toStatement(draft, index, placeOf)),
  };
}

// The rules have seen to it that what is required is there.
function toStatement(draft: DraftStatement, index: number, placeOf: PlaceOf): Statement {
  const { line, column } = placeOf(draft.at);
  const { line: endLine, column: endColumn } = placeOf(draft.end - 1);
  return {
    index,
    sid: draft.sid?.value,
    effect: draft.effect ?? "Deny",
    principals: draft.principals && {
      not: draft.principals.value.not,
      entries: draft.principals.value.entries.map(({ value }) => value),
    },
    actions: listOf(draft.actions) ?? { not: false, values: [] },
    resources: listOf(draft.resources),
    conditions: draft.conditions.map(({ value }) => value),
    line,
    column,
    endLine,
    endColumn,
  };
}

const listOf = (element: DraftStatement["actions"]): ListElement | undefined =>
  element && { not: element.value.not, values: element.value.entries.map(({ value }) => value) };
