import { directGrantPassesSession } from "../choices.ts";
import type { PolicyType, StatementRef } from "../compile/policy-ref.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import type { Principal } from "../request/principal.ts";
import type { Explanation, FailedCondition } from "./explanation.ts";

/** A statement as it would stand in a policy document. */
export interface AddedStatement {
  readonly Effect: "Allow";
  readonly Principal?: "*" | Readonly<Record<string, string>>;
  readonly Action: string;
  /** Trust policies have none. */
  readonly Resource?: string;
}

/** One change to the policies of one layer. */
export type PolicyChange =
  | { readonly kind: "add-statement"; readonly layer: PolicyType; readonly statement: AddedStatement }
  | { readonly kind: "narrow-deny"; readonly layer: PolicyType; readonly statement: StatementRef };

/** What would have to be so for a denied request to be allowed. Plain JSON. */
export interface Remedy {
  /** All are needed; together they allow the request. None when no policy could: then a warning says why. Each names this action, resource and caller alone. */
  readonly changes: readonly PolicyChange[];
  /** What a change would allow beyond this request, and what cannot be changed in place. */
  readonly warnings: readonly string[];
  /** Allow statements that only a condition keeps from applying: with another request nothing need change. */
  readonly unmet: readonly { readonly statement: StatementRef; readonly condition: FailedCondition }[];
}

/**
 * The smallest change of policies that would allow a request, made from the explanation of its denial; undefined
 * when it is allowed. It is a proposal for people to judge: nothing applies it.
 */
export function remedyOf(request: AuthorizationRequest, explanation: Explanation): Remedy | undefined {
  if (explanation.decision.effect === "Allow") return undefined;
  if (request.principal.kind === "anonymous" && request.resourceKind === "trust")
    return { changes: [], warnings: ["No trust policy lets in a caller without credentials."], unmet: [] };
  const changes: PolicyChange[] = [];
  const warnings = new Set<string>();
  const lacking = new Set(neededOf(request, explanation.lacking));
  for (const { type, outcome, matched } of explanation.layers) {
    if (outcome !== "explicit-deny") continue;
    for (const statement of matched) changes.push({ kind: "narrow-deny", layer: type, statement });
    warnings.add(
      "A Deny that is narrowed stops protecting what else it covers: exempt this request, do not remove the statement.",
    );
  }
  for (const layer of lacking) {
    changes.push({ kind: "add-statement", layer, statement: addedStatement(layer, request) });
    const warning = warningOf(layer, request);
    if (warning !== undefined) warnings.add(warning);
  }
  const unmet = explanation.layers
    .filter(({ type }) => lacking.has(type))
    .flatMap(({ nearMisses }) => nearMisses)
    .flatMap(({ statement, condition }) => (condition === undefined ? [] : [{ statement, condition }]));
  return { changes, warnings: [...warnings], unmet };
}

/**
 * At home a resource's policy that names the caller himself is enough: nothing of his own need allow then, and
 * neither a boundary nor a session policy limits it, but for delegated access.
 */
function neededOf(request: AuthorizationRequest, lacking: readonly PolicyType[]): readonly PolicyType[] {
  const { principal, resourceAccountId } = request;
  const isNamed =
    principal.kind === "user" || principal.kind === "role-session" || principal.kind === "federated-user";
  const isHome = isNamed && (resourceAccountId === undefined || resourceAccountId === principal.accountId);
  if (!isHome || !lacking.some((type) => type === "resource" || type === "trust")) return lacking;
  const limits = directGrantPassesSession(principal) ? ["boundary", "session"] : [];
  return lacking.filter((type) => type !== "identity" && !limits.includes(type));
}

const hasPrincipal: ReadonlySet<PolicyType> = new Set(["resource", "trust", "endpoint"]);

function addedStatement(
  layer: PolicyType,
  { principal, action, resource }: AuthorizationRequest,
): AddedStatement {
  // An RCP's Allow may say nothing but everything; what it limits, it limits by Deny.
  if (layer === "rcp") return { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };
  return {
    Effect: "Allow",
    ...(hasPrincipal.has(layer) && { Principal: principalElement(principal) }),
    Action: action,
    ...(layer !== "trust" && { Resource: literal(resource) }),
  };
}

/** A name that a document takes for itself: its wildcard characters stand for nothing else. */
function literal(resource: string): string {
  return resource === "*"
    ? resource
    : resource.replaceAll(/[*?]|\$(?=\{)/g, (character) => `\${${character}}`);
}

function principalElement(principal: Principal): "*" | Record<string, string> {
  switch (principal.kind) {
    case "anonymous":
      return "*";
    case "service":
      return { Service: principal.service };
    case "federated":
      return { Federated: principal.provider };
    case "root":
    case "assumed-root":
      return { AWS: principal.accountId };
    default:
      return { AWS: principal.arn };
  }
}

function warningOf(layer: PolicyType, { principal }: AuthorizationRequest): string | undefined {
  switch (layer) {
    case "scp":
    case "rcp":
      return "An organization's policy is raised for everybody it is attached to, not for this caller alone.";
    case "session":
      return "The policies of a session cannot be changed: a new session must be made with the statement in its policy.";
    case "identity":
    case "boundary":
      return principal.kind === "role-session"
        ? `Every session of ${principal.roleArn} gets it, not this one alone.`
        : undefined;
    default:
      return principalWarning(principal);
  }
}

function principalWarning(principal: Principal): string | undefined {
  switch (principal.kind) {
    case "anonymous":
      return "It opens the resource to everybody, without credentials.";
    case "service":
      return `It lets ${principal.service} act for whoever uses it; add aws:SourceAccount or aws:SourceArn.`;
    case "federated":
      return `It lets in everybody whom ${principal.provider} signs in; add a condition on the audience and the subject.`;
    case "root":
    case "assumed-root":
      return `It lets account ${principal.accountId} hand the access on to any of its principals.`;
    default:
      return undefined;
  }
}
