import { foldName } from "@rolecall/identifiers";
import type { Role } from "@rolecall/store-contract";
import type { RenderedRole } from "./rendered-role.ts";

/** One form for documents that mean the same: lists of one are their member, lists of texts have no order. */
function normalized(value: unknown): unknown {
  if (Array.isArray(value)) {
    const members = value.map(normalized);
    if (members.length === 1) return members[0];
    return members.every((member) => typeof member === "string") ? [...new Set(members)].toSorted() : members;
  }
  if (value !== null && typeof value === "object")
    return Object.fromEntries(
      Object.entries(value)
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, member]) => [name, normalized(member)]),
    );
  return value;
}

const canonical = (document: string): string => JSON.stringify(normalized(JSON.parse(document)));

const sameTexts = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((text) => other.includes(text));

/**
 * Whether a role is still as its template made it. Its description and its longest session may have changed
 * (recorded 2026-09).
 */
export function isUnmodified(role: Role, rendered: RenderedRole): boolean {
  const inline = rendered.inlinePolicies;
  return (
    canonical(role.trustPolicy.document) === canonical(rendered.trust) &&
    role.tags.length === 0 &&
    role.permissionsBoundary === undefined &&
    sameTexts(role.attachedPolicies, rendered.attachedPolicies) &&
    role.inlinePolicies.length === inline.length &&
    role.inlinePolicies.every(({ name, document }) => {
      const made = inline.find((policy) => foldName(policy.name) === foldName(name));
      return made !== undefined && canonical(made.document) === canonical(document);
    })
  );
}
