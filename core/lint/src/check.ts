import type { ServiceAuthorization } from "@rolecall/service-authorization";
import type { ActionEntry } from "./actions.ts";
import type { ArnFormat, FittedArn } from "./arns.ts";
import type { LintCondition, LintDocument, LintStatement, ListPart } from "./document.ts";
import type { FindingType, Place } from "./finding.ts";

/** What a document is checked as. Session policies and boundaries are identity policies. */
export type LintKind = "identity" | "resource" | "trust" | "scp" | "rcp";

/**
 * Resource types that ValidatePolicy has checks of their own for, besides the role trust policy, which is a kind here.
 *
 * @see https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html
 */
export type LintResourceType =
  | "AWS::S3::Bucket"
  | "AWS::S3::AccessPoint"
  | "AWS::S3::MultiRegionAccessPoint"
  | "AWS::S3ObjectLambda::AccessPoint"
  | "AWS::DynamoDB::Table";

/** What checks may ask besides the part they are given. */
export interface LintContext {
  readonly kind: LintKind;
  readonly resourceType: LintResourceType | undefined;
  /** The account that the document belongs to, when it is known. */
  readonly accountId: string | undefined;
  readonly data: ServiceAuthorization;
  readonly document: LintDocument;
  /** The entries of Action or NotAction taken apart. */
  readonly actionsOf: (part: ListPart | undefined) => readonly ActionEntry[];
  /** The entries of Resource or NotResource that are ARNs of known services. */
  readonly arnsOf: (part: ListPart | undefined) => readonly FittedArn[];
  /** Formats of the ARNs with a service segment. */
  readonly formatsOf: (segment: string) => readonly ArnFormat[];
}

/** What a check found: where, and what to say. */
export interface Found {
  readonly places: readonly Place[];
  readonly details: string;
}

export const found = (where: Place | readonly Place[], details: string): Found => ({
  places: Array.isArray(where) ? where : [where as Place],
  details,
});

interface Row {
  /** Issue code: Access Analyzer's, or one of ours with the prefix `ROLECALL_`. */
  readonly code: string;
  readonly type: FindingType;
  /** When it is raised, for the documentation: a clause. */
  readonly when: string;
  /** Which kinds of documents are asked; all when left out. */
  readonly kinds?: readonly LintKind[];
  /** The page behind a check of ours; AWS's checks have an anchor in their page. */
  readonly page?: string;
}

/** A row of the table of checks: asked of the document, of each statement, or of each condition. */
export type Check = Row &
  (
    | { readonly document: (document: LintDocument, context: LintContext) => Iterable<Found> }
    | { readonly statement: (statement: LintStatement, context: LintContext) => Iterable<Found> }
    | {
        readonly condition: (
          condition: LintCondition,
          statement: LintStatement,
          context: LintContext,
        ) => Iterable<Found>;
      }
    /** Raised by the reader alone. */
    | { readonly reader: true }
  );

/** A code of ours rather than Access Analyzer's. */
export const isOurs = (code: string): boolean => code.startsWith("ROLECALL_");

const referencePage =
  "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html";
const anchors: Readonly<Record<FindingType, string>> = {
  ERROR: "error",
  SECURITY_WARNING: "security-warning",
  WARNING: "general-warning",
  SUGGESTION: "suggestion",
};

/** Where to read about a check. */
export function learnMoreLink({ code, type, page }: Row): string {
  if (page !== undefined) return page;
  const name = code.toLowerCase().replaceAll("_", "-");
  return `${referencePage}#access-analyzer-reference-policy-checks-${anchors[type]}-${name}`;
}
