// Statements that repeat others.
import type { JsonNode } from "@rolecall/policy/language";
import type { Check } from "../check.ts";
import { found } from "../check.ts";
import type { LintStatement } from "../document.ts";

/** The same for statements that say the same: the Sid, the order of lists and members and bare values do not count. */
function meaningOf({ node }: LintStatement): string {
  const plain = (one: JsonNode): unknown => {
    switch (one.kind) {
      case "object": {
        const members = one.members.filter(({ name }) => one !== node || name !== "Sid");
        return Object.fromEntries(
          members.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, value }) => [name, plain(value)]),
        );
      }
      case "array":
        return one.items
          .flatMap(plain)
          .map((item) => (typeof item === "string" ? item : JSON.stringify(item)))
          .sort();
      case "string":
      case "boolean":
        return [JSON.stringify(String(one.value))];
      case "number":
        return [JSON.stringify(one.text)];
      case "null":
        return null;
    }
  };
  return JSON.stringify(plain(node));
}

export const redundancyChecks: readonly Check[] = [
  {
    code: "REDUNDANT_STATEMENT",
    type: "SUGGESTION",
    when: "two statements say the same",
    *document({ statements }) {
      const seen = new Map<string, LintStatement>();
      for (const statement of statements) {
        const meaning = meaningOf(statement);
        const before = seen.get(meaning);
        if (before !== undefined)
          yield found(statement, `Statement ${before.index + 1} says the same: remove one of them.`);
        else seen.set(meaning, statement);
      }
    },
  },
];
