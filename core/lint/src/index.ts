export { lint } from "./lint.ts";
export type { LintOptions } from "./lint.ts";
export type { Finding, FindingType, Location, PathElement, Position, Span } from "./finding.ts";
export { checks } from "./checks.ts";
export { isOurs, learnMoreLink } from "./check.ts";
export type { Check, LintKind, LintResourceType } from "./check.ts";
export { guessKind } from "./guess-kind.ts";
