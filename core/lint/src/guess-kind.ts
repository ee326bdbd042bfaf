import { readJson } from "@rolecall/policy/language";
import type { JsonNode } from "@rolecall/policy/language";
import type { LintKind } from "./check.ts";
import { readLintDocument } from "./document.ts";

/**
 * What a document is, by its content: with a Principal it is a resource policy, and a trust policy when it speaks of
 * `sts:AssumeRole…` and has no Resource; without it is an identity policy. SCPs look like identity policies and RCPs like
 * resource policies: say so where it is known.
 *
 * @returns undefined for what is JSON but no policy: no object with a Statement that has an Effect
 */
export function guessKind(text: string): LintKind | "unreadable" | undefined {
  const json = readJson(text, { maxLength: 1_048_576, maxDepth: 16 });
  if (!json.ok) return looksLikePolicy(text) ? "unreadable" : undefined;
  if (json.node.kind !== "object") return undefined;
  const { statements } = readLintDocument(text, json.node);
  if (!statements.some(({ node }) => hasMember(node, ["Effect", "Action", "NotAction", "Principal"])))
    return undefined;
  if (!statements.some(({ principals }) => principals !== undefined)) return "identity";
  const isTrust = statements.every(
    ({ actions, resources }) =>
      resources === undefined && actions?.items.some(({ value }) => /^(sts:|\*$)/i.test(value)) === true,
  );
  return isTrust ? "trust" : "resource";
}

const hasMember = (node: JsonNode, names: readonly string[]) =>
  node.kind === "object" && node.members.some(({ name }) => names.includes(name));

/** Text that is no JSON, but was meant to be a policy. */
const looksLikePolicy = (text: string) =>
  text.includes('"Statement"') && /"(Not)?(Action|Principal)"/.test(text);
