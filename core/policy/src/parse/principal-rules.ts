import { accountOfPrincipal } from "../compile/compile-principals.ts";
import type { DraftStatement, Findings } from "./document.ts";
import { report } from "./document.ts";
import type { KindRules } from "./kinds.ts";
import type { PrincipalEntry, PrincipalType } from "./policy.ts";

/** Principal and NotPrincipal: where they must stand, and which principals have a valid form. */
export function checkPrincipals(statement: DraftStatement, rules: KindRules, findings: Findings): void {
  const { path, at, principals } = statement;
  // An element of a wrong type has been reported already.
  const isReported = findings.list.some((finding) =>
    finding.path.startsWith(principals?.path ?? `${path}.Principal`),
  );
  if (principals === undefined) {
    if (rules.principal === "required" && !isReported)
      report(findings, "MISSING_PRINCIPAL", path, at, "Principal");
    return;
  }
  const { value } = principals;
  const name = value.not ? "NotPrincipal" : "Principal";
  if (rules.principal === "forbidden") {
    report(findings, "UNSUPPORTED_PRINCIPAL", principals.path, principals.at, name);
    return;
  }
  if (value.not && !rules.notPrincipal)
    report(findings, "PROHIBITED_ELEMENT", principals.path, principals.at, name);
  if (value.entries.length === 0 && !isReported)
    report(findings, "EMPTY_PRINCIPAL", principals.path, principals.at, name);
  for (const { value: entry, path, at } of value.entries) {
    if (findings.kind === "trust" && entry.type === "*")
      report(findings, "STAR_PRINCIPAL", path, at, entry.value);
    else if (entry.type === "Federated" && !isPrincipal(entry))
      report(findings, "INVALID_FEDERATED_PRINCIPAL", path, at, shown(entry));
    else if (!isPrincipal(entry) || (findings.kind === "trust" && entry.type === "CanonicalUser"))
      report(findings, "INVALID_PRINCIPAL", path, at, shown(entry));
  }
}

/** As AWS shows them: `"AWS":"arn…"`, other types in capitals. */
const shown = ({ type, value }: PrincipalEntry) => `"${type.toUpperCase()}":"${value}"`;

const isPrincipal = ({ type, value }: PrincipalEntry) => forms[type](value);

const hasWildcard = (text: string) => text.includes("*") || text.includes("?");

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
const forms: Record<PrincipalType, (value: string) => boolean> = {
  "*": () => true,
  AWS: (value) =>
    value === "*" ||
    (!hasWildcard(value) &&
      (accountOfPrincipal(value) !== undefined || isUniqueId(value) || isEntityArn(value))),
  Service: (value) =>
    value.includes(".") && !hasWildcard(value) && !value.includes(" ") && !value.includes(":"),
  Federated: (value) =>
    !hasWildcard(value) && (isProviderArn(value) || (value.includes(".") && !value.includes(":"))),
  CanonicalUser: (value) => value.length === 64 && isHex(value),
};

function isHex(value: string): boolean {
  for (const char of value.toLowerCase()) if (!"0123456789abcdef".includes(char)) return false;
  return true;
}

/** Users and roles by id; groups and instance profiles are no principals. */
function isUniqueId(value: string): boolean {
  return (value.startsWith("AIDA") || value.startsWith("AROA")) && value.length >= 16 && value.length <= 128;
}

/** Types of ARNs that name a caller, and how many parts their name has at least. */
const entityTypes: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  iam: { user: 1, role: 1 },
  sts: { "assumed-role": 2, "federated-user": 1 },
};

function isEntityArn(value: string): boolean {
  const parts = value.split(":");
  const [arn, partition, service = "", region, account = "", resource = ""] = parts;
  if (parts.length !== 6 || arn !== "arn" || partition === "" || region !== "") return false;
  if (accountOfPrincipal(account) === undefined) return false;
  const [type = "", ...names] = resource.split("/");
  const types = entityTypes[service];
  const least = types !== undefined && Object.hasOwn(types, type) ? types[type] : undefined;
  return least !== undefined && names.length >= least && names.every((name) => name !== "");
}

function isProviderArn(value: string): boolean {
  const parts = value.split(":");
  const resource = parts.slice(5).join(":");
  return (
    parts[0] === "arn" &&
    parts[2] === "iam" &&
    accountOfPrincipal(parts[4] ?? "") !== undefined &&
    // A slash at the end is part of an OIDC issuer's URL.
    ((resource.startsWith("saml-provider/") && !resource.endsWith("/")) ||
      (resource.startsWith("oidc-provider/") && resource !== "oidc-provider/"))
  );
}
