import { parsePolicy } from "@rolecall/policy";
import type { ParseOptions } from "@rolecall/policy";
import type { JsonNode } from "@rolecall/policy/language";
import type { LintContext } from "./check.ts";
import { found } from "./check.ts";
import type { Found } from "./check.ts";
import type { PathElement, Place } from "./finding.ts";

/**
 * What the API that saves the document refuses it for, as findings: only what stands where no error was raised, because
 * the checks say the same better.
 *
 * @param errors offsets of errors, and their codes
 */
export function saveProblems(
  { document, kind, resourceType }: LintContext,
  root: JsonNode,
  errors: readonly { readonly at: number; readonly code: string }[],
): Found[] {
  // Services other than S3 have rules of their own.
  if (kind === "resource" && resourceType !== "AWS::S3::Bucket") return [];
  const options: ParseOptions = {
    maxLength: document.text.length,
    ...(kind === "resource" && { sentences: "s3" }),
  };
  const parsed = parsePolicy(document.text, kind, options);
  if (parsed.ok) return [];
  const lineStarts = [0, ...[...document.text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const places = new Map<number, Place>();
  placesOf(root, [], places);
  return parsed.problems.flatMap(({ code, message, line, column }) => {
    // S3 knows principals that are none of IAM's, such as CloudFront's origin access identities.
    if (kind === "resource" && code === "INVALID_PRINCIPAL") return [];
    const at = (lineStarts[line - 1] ?? 0) + column - 1;
    if (errors.some((error) => error.at === at || error.code === code)) return [];
    return [found(places.get(at) ?? { path: [], at, end: at + 1 }, `AWS refuses to save this: ${message}`)];
  });
}

/** Every value and name by where it begins; of a value that begins where its first entry does not, itself. */
function placesOf(node: JsonNode, path: readonly PathElement[], places: Map<number, Place>): void {
  // A statement or list is shown by its opening bracket, as elsewhere.
  const isLong = node.kind === "object" || node.kind === "array";
  places.set(node.at, { path, at: node.at, end: isLong ? node.at + 1 : node.end });
  if (node.kind === "array")
    for (const [index, item] of node.items.entries()) placesOf(item, [...path, { index }], places);
  if (node.kind === "object")
    for (const { name, at, nameEnd, value } of node.members) {
      places.set(at, { path: [...path, { key: name }], at, end: nameEnd });
      placesOf(value, [...path, { value: name }], places);
    }
}
