// What AWS refuses on save beyond the grammar. The order in which refusals are reported is in problems.ts.
import { isInvalidValue, parseOperator } from "../conditions/operators.ts";
import { patternCodes, textMatcher } from "../match/wildcard.ts";
import type { DraftElement, DraftPolicy, DraftStatement, Findings, Placed } from "./document.ts";
import { report } from "./document.ts";
import { checkPrincipals } from "./principal-rules.ts";
import type { KindRules } from "./kinds.ts";
import type { ConditionElement } from "./policy.ts";
import { rcpServices } from "./rcp-services.ts";
import { checkResource } from "./resource-rules.ts";
import { missingClaims } from "./shared-oidc-issuers.ts";
import { s3Reach } from "./s3-object-actions.ts";

export interface RuleOptions {
  readonly requireVersion2012: boolean;
  readonly isStored: boolean;
  readonly isS3: boolean;
  readonly resourceArn: string | undefined;
}

export function checkRules(
  draft: DraftPolicy,
  rules: KindRules,
  options: RuleOptions,
  findings: Findings,
): void {
  const { version } = draft;
  if (options.requireVersion2012 && version?.value !== "2012-10-17")
    report(findings, "VERSION_TOO_OLD", "Version", version?.at ?? draft.at);
  if (findings.kind === "rcp" && version?.value !== "2012-10-17")
    report(findings, "UNSUPPORTED_BY_POLICY_TYPE", "Version", version?.at ?? draft.at);
  checkSids(draft.statements, rules, findings);
  for (const statement of draft.statements) checkStatement(statement, rules, options, findings);
}

function checkSids(statements: readonly DraftStatement[], rules: KindRules, findings: Findings): void {
  const seen = new Set<string>();
  for (const { sid } of statements) {
    if (sid === undefined || sid.value === "") continue;
    if (rules.plainSids && !isPlain(sid.value))
      report(findings, "UNSUPPORTED_SID", sid.path, sid.at, sid.value);
    if (seen.has(sid.value)) report(findings, "UNIQUE_SIDS_REQUIRED", sid.path, sid.at, sid.value);
    seen.add(sid.value);
  }
}

function checkStatement(
  statement: DraftStatement,
  rules: KindRules,
  options: RuleOptions,
  findings: Findings,
): void {
  const { path, at, actions, resources } = statement;
  checkPrincipals(statement, rules, findings);
  if (actions === undefined || actions.value.entries.length === 0)
    report(findings, "MISSING_ACTION", actions?.path ?? path, actions?.at ?? at, "Action");
  else checkActions(actions, findings);
  if (rules.resource === "forbidden") {
    if (resources !== undefined)
      report(findings, "PROHIBITED_ELEMENT", resources.path, resources.at, nameOf(resources.path));
  } else if (resources === undefined || resources.value.entries.length === 0)
    report(findings, "MISSING_RESOURCE", resources?.path ?? path, resources?.at ?? at, "Resource");
  else checkResources(resources, options, findings);
  for (const condition of statement.conditions) checkCondition(condition, rules, findings);
  if (findings.kind === "trust" && !options.isStored) checkSharedProviders(statement, findings);
  if (options.isS3) checkS3Actions(statement, findings);
  if (findings.kind === "rcp") checkRcp(statement, findings);
}

function checkActions({ value }: Placed<DraftElement<string>>, findings: Findings): void {
  for (const { value: action, path, at } of value.entries) {
    const [vendor = "", name, ...more] = action.split(":");
    const isTrust = findings.kind === "trust";
    if (action === "*" && !isTrust) continue;
    if (name === undefined && action !== "*") report(findings, "MISSING_VENDOR", path, at, action);
    else if (more.length > 0) report(findings, "SURPLUS_COLON", path, at, action);
    else if (action !== "*" && !isVendor(vendor)) report(findings, "INVALID_VENDOR", path, at, vendor);
    else if (name === "") report(findings, "MISSING_VENDOR", path, at, action);
    else if (isTrust && !isTrustAction(vendor, name ?? ""))
      report(findings, "UNSUPPORTED_TRUST_ACTION", path, at, action);
  }
}

const trustActions = [
  "assumerole",
  "assumerolewithsaml",
  "assumerolewithwebidentity",
  "tagsession",
  "setsourceidentity",
  "setcontext",
];

/** The actions of sts that a trust policy may speak of, or a pattern that reaches one of them. */
function isTrustAction(vendor: string, name: string): boolean {
  if (vendor.toLowerCase() !== "sts") return false;
  const matches = textMatcher(patternCodes(name.toLowerCase()));
  return trustActions.some(matches);
}

/** Only saving is refused; roles that exist keep working. */
function checkSharedProviders(statement: DraftStatement, findings: Findings): void {
  const { effect, principals, actions } = statement;
  const isLogin = actions?.value.entries.some(({ value: action }) =>
    textMatcher(patternCodes(action.toLowerCase()))("sts:assumerolewithwebidentity"),
  );
  if (
    effect !== "Allow" ||
    principals === undefined ||
    actions === undefined ||
    isLogin === actions.value.not
  )
    return;
  const conditions = statement.conditions.map(({ value }) => value);
  for (const { value: principal, path, at } of principals.value.entries) {
    const missing = principal.type === "Federated" ? missingClaims(principal.value, conditions) : undefined;
    if (missing !== undefined) report(findings, "SHARED_OIDC_PROVIDER", path, at, missing.join(", "));
  }
}

function checkResources(
  { value }: Placed<DraftElement<string>>,
  { resourceArn }: RuleOptions,
  findings: Findings,
): void {
  for (const { value: resource, path, at } of value.entries) {
    const code = checkResource(resource);
    if (code !== undefined) report(findings, code, path, at, resource);
    else if (resourceArn !== undefined && !value.not && !isWithin(resource, resourceArn))
      report(findings, "RESOURCE_OUTSIDE_POLICY", path, at, resource);
  }
}

const isWithin = (resource: string, owner: string) =>
  resource === owner || resource.startsWith(`${owner}/`) || resource.startsWith(`${owner}*`);

function checkCondition(
  { value, path, at }: Placed<ConditionElement>,
  rules: KindRules,
  findings: Findings,
): void {
  if (!value.key.includes(":")) report(findings, "MISSING_VENDOR", path, at, value.key);
  const base = parseOperator(value.operator)?.base;
  if (base === undefined || (!rules.checksConditionValues && base !== "BinaryEquals")) return;
  for (const wanted of value.values)
    if (isInvalidValue(base, wanted)) report(findings, "INVALID_CONDITION_VALUE", path, at, wanted);
}

/** In a bucket policy every action needs a resource it applies to. */
function checkS3Actions({ actions, resources }: DraftStatement, findings: Findings): void {
  if (actions === undefined || resources === undefined || actions.value.not || resources.value.not) return;
  const named = resources.value.entries.map(({ value }) => value);
  const hasObjects = named.some((resource) => resource.includes("/") || resource.endsWith("*"));
  const hasBuckets = named.some((resource) => !resource.includes("/"));
  for (const { value: action, path, at } of actions.value.entries) {
    if (action === "*") continue;
    if (!action.toLowerCase().startsWith("s3:")) {
      report(findings, "UNSUPPORTED_ACTION", path, at, action);
      continue;
    }
    const { objects, buckets } = s3Reach(action);
    if (!((objects && hasObjects) || (buckets && hasBuckets)))
      report(findings, "ACTION_WITHOUT_RESOURCE", path, at, action);
  }
}

/**
 * Resource control policies only deny, name `*` as principal and actions of the services that take part. The one
 * exception is AWS's own RCPFullAWSAccess.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
 */
function checkRcp(statement: DraftStatement, findings: Findings): void {
  const { path, at, effect, principals, actions, resources, conditions } = statement;
  const refuse = () => report(findings, "UNSUPPORTED_BY_POLICY_TYPE", path, at);
  const everything = (element: Placed<DraftElement<string>> | undefined) =>
    element?.value.not === false &&
    element.value.entries.length === 1 &&
    element.value.entries[0]?.value === "*";
  if (principals?.value.entries.some(({ value }) => value.value !== "*")) refuse();
  if (effect === "Allow") {
    if (!everything(actions) || !everything(resources) || conditions.length > 0) refuse();
    return;
  }
  if (actions?.value.not) refuse();
  for (const { value: action } of actions?.value.entries ?? [])
    if (!rcpServices.has(action.split(":")[0]?.toLowerCase() ?? "")) refuse();
}

const isPlain = (text: string) => every(text, (unit) => isLetterOrDigit(unit));

/** Letters, digits, hyphens: no blank, no wildcard. */
const isVendor = (text: string) =>
  text !== "" && every(text, (unit) => unit === 0x2d || isLetterOrDigit(unit));

function every(text: string, test: (unit: number) => boolean): boolean {
  for (let i = 0; i < text.length; i++) if (!test(text.charCodeAt(i))) return false;
  return true;
}

function isLetterOrDigit(unit: number): boolean {
  const lower = unit | 0x20;
  return (unit >= 0x30 && unit <= 0x39) || (lower >= 0x61 && lower <= 0x7a);
}

const nameOf = (path: string) => path.slice(path.lastIndexOf(".") + 1);
