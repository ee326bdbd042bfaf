// Policy variables: their form, and where they may stand.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
import type { Check } from "../check.ts";
import { found } from "../check.ts";
import type { LintDocument, LintStatement, Text } from "../document.ts";

/** A `${…}` as it stands, well formed or not. */
interface Hole {
  /** What stands between the braces, or all the rest of the text when the closing one is missing. */
  readonly inside: string;
  readonly isClosed: boolean;
}

export function holesOf(text: string): Hole[] {
  const holes: Hole[] = [];
  for (let open = text.indexOf("${"); open !== -1;) {
    const close = text.indexOf("}", open);
    const next = text.indexOf("${", open + 2);
    const isClosed = close !== -1 && (next === -1 || close < next);
    holes.push({ inside: text.slice(open + 2, isClosed ? close : undefined), isClosed });
    if (!isClosed) break;
    open = text.indexOf("${", close);
  }
  return holes;
}

/** `${*}`, `${?}` and `${$}` are characters, not variables. */
const isEscape = (inside: string) => inside === "*" || inside === "?" || inside === "$";

/** The names of the variables in a text, in lower case; escapes left out. */
export const variablesIn = (text: string): string[] =>
  holesOf(text).flatMap(({ inside, isClosed }) =>
    isClosed && !isEscape(inside) ? [(inside.split(",")[0] ?? "").trim().toLowerCase()] : [],
  );

export const hasVariable = (text: string): boolean => text.includes("${") && variablesIn(text).length > 0;

/** Values that may have variables. */
function textsWithVariables({ resources, conditions }: LintStatement): Text[] {
  return [...(resources?.items ?? []), ...conditions.flatMap(({ values }) => values)].filter(({ value }) =>
    value.includes("${"),
  );
}

/** One check of the form of a variable, in documents whose version has them. */
function form(code: string, when: string, isWrong: (hole: Hole) => boolean, details: string): Check {
  return {
    code,
    type: "ERROR",
    when,
    *document(document) {
      if (!hasVariables(document)) return;
      for (const text of document.statements.flatMap(textsWithVariables))
        if (holesOf(text.value).some(isWrong)) yield found(text, details);
    },
  };
}

const hasVariables = ({ version }: LintDocument) => version?.value === "2012-10-17";

export const variableChecks: readonly Check[] = [
  form(
    "MISSING_BRACE_IN_VARIABLE",
    "a `${` is not closed",
    ({ isClosed }) => !isClosed,
    "The variable is not closed: add }. As it stands it is plain text.",
  ),
  form(
    "MISSING_QUOTE_IN_VARIABLE",
    "the default value of a variable does not stand in single quotes",
    ({ inside, isClosed }) => {
      const comma = inside.indexOf(",");
      if (!isClosed || comma === -1) return false;
      const fallback = inside.slice(comma + 1).trim();
      return fallback.length < 2 || !fallback.startsWith("'") || !fallback.endsWith("'");
    },
    "Put the default value in single quotes: ${aws:username, 'nobody'}. As it stands it is plain text.",
  ),
  form(
    "UNSUPPORTED_SPACE_IN_VARIABLE",
    "the name of a variable has a blank",
    ({ inside, isClosed }) => isClosed && (inside.split(",")[0] ?? "").includes(" "),
    "Remove the blank from the variable's name.",
  ),
  form(
    "EMPTY_VARIABLE",
    "a variable has no name",
    ({ inside, isClosed }) => isClosed && (inside.split(",")[0] ?? "").trim() === "",
    "The variable has no name: remove it or name a condition key.",
  ),
  {
    code: "VARIABLE_UNSUPPORTED_IN_ELEMENT",
    type: "ERROR",
    when: "a variable stands outside of Resource, NotResource and Condition",
    *statement({ sid, actions, principals }) {
      const texts = [...(sid ? [sid] : []), ...(actions?.items ?? []), ...(principals?.entries ?? [])];
      for (const text of texts)
        if (hasVariable(text.value))
          yield found(text, "Variables have a meaning in Resource and Condition only.");
    },
  },
  {
    code: "VARIABLE_UNSUPPORTED_IN_VERSION",
    type: "ERROR",
    when: "a variable stands in a document that is not of version 2012-10-17",
    *document(document) {
      if (hasVariables(document)) return;
      for (const text of document.statements.flatMap(textsWithVariables))
        if (hasVariable(text.value))
          yield found(text, 'Variables need "Version": "2012-10-17"; here this is plain text.');
    },
  },
  {
    code: "INVALID_VARIABLE_FOR_OPERATOR",
    type: "ERROR",
    when: "a variable stands under an operator that is neither String nor Arn",
    *condition({ parsed, values }) {
      if (parsed === undefined || parsed.base.startsWith("String") || parsed.base.startsWith("Arn")) return;
      for (const value of values)
        if (hasVariable(value.value))
          yield found(value, `${parsed.name} takes no variables: only String and Arn operators do.`);
    },
  },
];
