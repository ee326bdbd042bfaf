import type { PolicyKind } from "./policy.ts";

/** Why a document is refused: our stable codes, most of them the names of Access Analyzer's policy checks. */
export type ProblemCode = keyof typeof sentences;

/** A problem before it has a line: `at` is an offset in the text. */
export interface Finding {
  readonly code: ProblemCode;
  readonly path: string;
  readonly at: number;
  /** What the sentence speaks about: the element, action, resource or principal. */
  readonly subject: string;
}

interface Sentence {
  /**
   * The checks run one after the other; of several problems AWS names one of the earliest check.
   * 0 text, 1 grammar, 2 principal, 3 version, 4 legacy parsing, 5 Sid, 6 actions, 7 resources, 8 ARNs, 9 vendors,
   * 10 providers.
   */
  readonly check: number;
  readonly identity: (subject: string) => string;
  readonly trust?: (subject: string) => string;
  readonly s3?: (subject: string) => string;
}

const syntax = () => "Syntax errors in policy.";
const legacy = () => "The policy failed legacy parsing";
const unknownField = (field: string) => `Unknown field ${field}`;
const missingField = (field: string) => `Missing required field ${field}`;
const invalidPrincipal = (principal: string) => `Invalid principal in policy: ${principal}`;

/** The two parsers of AWS that older documents call "legacy" name fields; the others speak of syntax. */
const grammar = { check: 1, identity: syntax } as const;
const field = { check: 1, identity: syntax, trust: unknownField, s3: unknownField } as const;
const missing = { check: 1, identity: syntax, trust: missingField, s3: missingField } as const;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html; the sentences as observed. */
const sentences = {
  JSON_SYNTAX_ERROR: {
    check: 0,
    identity: syntax,
    trust: () => "This policy contains invalid Json",
    s3: () => "Policies must be valid JSON and the first byte must be '{'",
  },
  INVALID_POLICY_ELEMENT: field,
  DATA_TYPE_MISMATCH: grammar,
  INVALID_EFFECT: grammar,
  MISSING_EFFECT: missing,
  MISSING_STATEMENT: missing,
  INVALID_VERSION: grammar,
  UNSUPPORTED_ELEMENT_COMBINATION: grammar,
  INVALID_CONDITION_OPERATOR: grammar,
  INVALID_PRINCIPAL_FORMAT: { check: 2, identity: syntax, s3: () => "Invalid principal in policy" },
  INVALID_PRINCIPAL_KEY: { check: 2, identity: syntax, s3: () => "Invalid principal in policy" },
  INVALID_PRINCIPAL: { check: 2, identity: invalidPrincipal, s3: () => "Invalid principal in policy" },
  // Recorded 09/2026 for `*`; logs show it for other values too.
  INVALID_FEDERATED_PRINCIPAL: {
    check: 2,
    identity: () => "Federated principals must be valid domain names or SAML metadata ARNs",
    s3: () => "Invalid principal in policy",
  },
  STAR_PRINCIPAL: {
    check: 2,
    identity: (star) => `AssumeRolepolicy contained an invalid principal: "STAR":"${star}".`,
  },
  MISSING_PRINCIPAL: { check: 2, identity: missingField },
  EMPTY_PRINCIPAL: { check: 2, identity: (name) => `Missing required field ${name} cannot be empty!` },
  UNSUPPORTED_PRINCIPAL: { check: 2, identity: () => "Policy document should not specify a principal." },
  PROHIBITED_ELEMENT: { check: 2, identity: (name) => `Has prohibited field ${name}` },
  VERSION_TOO_OLD: { check: 3, identity: () => "Policy document must be version 2012-10-17 or greater." },
  MISSING_ARN_FIELD: { check: 4, identity: legacy, s3: () => "Policy has invalid resource" },
  INVALID_CONDITION_VALUE: { check: 4, identity: legacy },
  UNSUPPORTED_SID: {
    check: 5,
    identity: () =>
      "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
  },
  UNIQUE_SIDS_REQUIRED: {
    check: 5,
    identity: () => "Statement IDs (SID) in a single policy must be unique.",
  },
  MISSING_ACTION: {
    check: 6,
    identity: () => "Policy statement must contain actions.",
    trust: missingField,
    s3: missingField,
  },
  MISSING_RESOURCE: {
    check: 7,
    identity: () => "Policy statement must contain resources.",
    s3: missingField,
  },
  INVALID_ARN_PREFIX: {
    check: 8,
    identity: (resource) => `Resource ${resource} must be in ARN format or "*".`,
    s3: () => "Policy has invalid resource",
  },
  INVALID_PARTITION: { check: 8, identity: partitionSentence, s3: () => "Policy has invalid resource" },
  INVALID_ARN_SERVICE: {
    check: 8,
    identity: () => "Resource vendor must be fully qualified and cannot contain regexes.",
    s3: () => "Policy has invalid resource",
  },
  IAM_REGION_NOT_ALLOWED: {
    check: 8,
    identity: (resource) => `IAM resource ${resource} cannot contain region information.`,
  },
  S3_REGION_NOT_ALLOWED: {
    check: 8,
    identity: (resource) => `Resource ${resource} can not contain region information.`,
    s3: () => "Policy has invalid resource",
  },
  INVALID_IAM_RESOURCE: {
    check: 8,
    identity: () =>
      'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, ' +
      "mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.",
  },
  RESOURCE_OUTSIDE_POLICY: { check: 8, identity: () => "Policy has invalid resource" },
  MISSING_VENDOR: {
    check: 9,
    identity: () => "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    s3: () => "Policy has invalid action",
  },
  SURPLUS_COLON: {
    check: 9,
    identity: () => "Actions/Condition can contain only one colon.",
    s3: () => "Policy has invalid action",
  },
  INVALID_VENDOR: {
    check: 9,
    identity: (vendor) => `Vendor ${vendor} is not valid`,
    s3: () => "Policy has invalid action",
  },
  // The two blanks are AWS's.
  UNSUPPORTED_TRUST_ACTION: {
    check: 9,
    identity: () =>
      "Trust Policy statement actions can only be sts:AssumeRole, sts:AssumeRoleWithSAML,  and sts:AssumeRoleWithWebIdentity",
  },
  UNSUPPORTED_ACTION: { check: 9, identity: () => "Policy has invalid action" },
  ACTION_WITHOUT_RESOURCE: {
    check: 9,
    identity: () => "Action does not apply to any resource(s) in statement",
  },
  // The code is documented, the wording is ours: AWS's names the claims too and says "not scoped to all".
  SHARED_OIDC_PROVIDER: {
    check: 10,
    identity: (claims) =>
      `Trust in a shared OIDC provider must evaluate one of these claims, not scoped to all: ${claims}`,
  },
  UNSUPPORTED_BY_POLICY_TYPE: { check: 1, identity: organizations },
} as const satisfies Record<string, Sentence>;

function organizations(): string {
  return "The provided policy document does not meet the requirements of the specified policy type.";
}

/** Absent segments are shown as `*`. */
function partitionSentence(resource: string): string {
  const [, partition = "", ...rest] = resource.split(":");
  const [service = "*", region = "*", account = "*", ...name] = rest;
  const shown = [service, region, account, name.length === 0 ? "*" : name.join(":")];
  return `Partition "${partition}" is not valid for resource "arn:${partition}:${shown.join(":")}".`;
}

export const checkOf = (code: ProblemCode): number => sentences[code].check;

/** The sentence of the API that would save the document. */
export function sentenceOf({ code, subject }: Finding, kind: PolicyKind, service: "iam" | "s3"): string {
  if (kind === "scp" || kind === "rcp") return organizations();
  const row: Sentence = sentences[code];
  if (kind === "trust") return (row.trust ?? row.identity)(subject);
  if (kind === "resource" && service === "s3") return (row.s3 ?? row.identity)(subject);
  return row.identity(subject);
}
