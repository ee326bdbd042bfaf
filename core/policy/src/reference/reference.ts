// The evaluation pages of the IAM User Guide, written down literally and slowly, to hold the engine against.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
import type { CompiledPolicy } from "../compile/compile-policy.ts";
import type { PolicyType, StatementRef } from "../compile/policy-ref.ts";
import type { Decision } from "../evaluate/decision.ts";
import type { PolicySet } from "../evaluate/policy-set.ts";
import type { PrincipalEntry, Statement } from "../parse/policy.ts";
import type { AuthorizationRequest } from "../request/authorization-request.ts";
import type { Principal } from "../request/principal.ts";
import { actionMatches, conditionsHold, resourceMatches } from "./reference-conditions.ts";

/** A policy as it is stored; nothing that the engine has prepared is looked at. */
type Stored = Pick<CompiledPolicy, "ref" | "principalIds"> & {
  readonly document: Pick<CompiledPolicy["document"], "policy">;
};

/** Columns of the table "what a same-account resource-policy Allow is worth". */
type Column = "needs identity Allow" | "replaces the identity Allow" | "final Allow";
const columns: readonly Column[] = ["final Allow", "replaces the identity Allow", "needs identity Allow"];

export function reference(request: AuthorizationRequest, policies: PolicySet): Decision {
  const { principal } = request;

  // "Service control policies": principals of member accounts, not service-linked roles, not service principals.
  const isServiceLinked = principal.kind === "role-session" && principal.serviceLinked === true;
  const hasAccount = !["service", "federated", "anonymous"].includes(principal.kind);
  const scps = hasAccount && !isServiceLinked ? policies.scp : undefined;
  // "Resource control policies": every caller but service-linked roles; actions on a resource; not kms:RetireGrant.
  const hasRcps =
    !isServiceLinked && request.resource !== "*" && request.action.toLowerCase() !== "kms:retiregrant";
  const rcps = hasRcps ? policies.rcp : undefined;

  const layers: [PolicyType, readonly Stored[]][] = [
    ["scp", (scps ?? []).flat()],
    ["rcp", (rcps ?? []).flat()],
    ["endpoint", list(policies.endpoint)],
    [policies.resource?.ref.type ?? "resource", list(policies.resource)],
    ["identity", policies.identity],
    ["boundary", list(policies.boundary)],
    ["session", policies.session ?? []],
  ];

  // "Deny evaluation": an explicit deny in any applicable policy is the final decision.
  for (const [layer, stored] of layers) {
    const denying = applying(stored, "Deny", request, policies)[0];
    if (denying !== undefined) return { effect: "Deny", kind: "explicit", layer, because: [denying.ref] };
  }

  const lacking: PolicyType[] = [];
  const allows = (stored: readonly Stored[]) => applying(stored, "Allow", request, policies)[0];

  // "Organizations RCPs", "Organizations SCPs": every level must allow.
  if (rcps?.some((level) => allows(level) === undefined)) lacking.push("rcp");
  if (scps?.some((level) => allows(level) === undefined)) lacking.push("scp");
  if (policies.endpoint !== undefined && allows([policies.endpoint]) === undefined) lacking.push("endpoint");

  // "Resource-based policies": the Allow that is worth most counts.
  const grants = applying(list(policies.resource), "Allow", request, policies);
  const grant = columns.flatMap((column) => grants.filter((one) => one.column === column))[0];
  const resourceLayer =
    policies.resource?.ref.type ?? (request.resourceKind === "trust" ? "trust" : "resource");

  if (!hasAccount) {
    // Services, unsigned federated callers and the public have no identity policies.
    if (grant === undefined) lacking.push(resourceLayer);
    return lacking.length > 0 ? implicit(lacking) : allow([grant]);
  }

  const account = "accountId" in principal ? principal.accountId : undefined;
  const sameAccount = request.resourceAccountId === undefined || request.resourceAccountId === account;
  const isLimited = principal.kind === "assumed-root" || ("delegated" in principal && principal.delegated);
  if (sameAccount && grant?.column === "final Allow" && !isLimited) {
    return lacking.length > 0 ? implicit(lacking) : allow([grant]);
  }

  // Cross-account requests need the resource's policy. So do, at home too, role trust policies and key policies.
  const needsResource =
    !sameAccount || request.resourceKind === "trust" || request.resourceKind === "kms-key";
  if (needsResource && grant === undefined) lacking.push(resourceLayer);

  // "Identity-based policies": the root user needs none.
  const isRoot = principal.kind === "root" || principal.kind === "assumed-root";
  const identity = allows(policies.identity);
  const isReplaced = sameAccount && grant !== undefined && grant.column !== "needs identity Allow";
  if (identity === undefined && !isRoot && !isReplaced) lacking.push("identity");

  // "IAM permissions boundaries"
  if (!isRoot && policies.boundary !== undefined && allows([policies.boundary]) === undefined)
    lacking.push("boundary");

  // "Session policies": a federated user, or root for a task, has nothing without them.
  if (policies.session === undefined) {
    if (principal.kind === "federated-user" || isLimited) lacking.push("session");
  } else if (allows(policies.session) === undefined) lacking.push("session");

  if (lacking.length > 0) return implicit(lacking);
  if (!sameAccount) return allow([identity, grant]);
  return allow([identity ?? (isReplaced ? grant : undefined)]);
}

const list = <T>(one: T | undefined): T[] => (one === undefined ? [] : [one]);

function implicit(lacking: PolicyType[]): Decision {
  return { effect: "Deny", kind: "implicit", layer: lacking[0] ?? "identity", lacking };
}

function allow(granting: readonly (Applying | undefined)[]): Decision {
  return { effect: "Allow", because: granting.flatMap((one) => (one === undefined ? [] : [one.ref])) };
}

interface Applying {
  readonly ref: StatementRef;
  readonly column: Column;
}

/** The statements of one effect that apply to the request, in order. */
function applying(
  policies: readonly Stored[],
  effect: "Allow" | "Deny",
  request: AuthorizationRequest,
  set: PolicySet,
): Applying[] {
  return policies.flatMap((stored) =>
    stored.document.policy.statements.flatMap((statement): Applying[] => {
      if (statement.effect !== effect) return [];
      const column = principalColumn(statement, stored, request.principal, set.boundary !== undefined);
      if (column === undefined || !statementMatches(statement, stored, request)) return [];
      const { index, sid, line } = statement;
      return [{ ref: { policy: stored.ref, index, ...(sid === undefined ? {} : { sid }), line }, column }];
    }),
  );
}

function statementMatches(statement: Statement, stored: Stored, request: AuthorizationRequest): boolean {
  const { actions, resources, conditions, effect } = statement;
  const { version } = stored.document.policy;
  const isAction = actions.values.some((pattern) => actionMatches(pattern, request.action));
  if (isAction === actions.not) return false;
  if (resources !== undefined) {
    const isResource = resources.values.some((pattern) =>
      resourceMatches(pattern, version, request.resource, request.context),
    );
    if (isResource === resources.not) return false;
  }
  const hold = conditionsHold(conditions, version, request.context);
  // An evaluation error makes an Allow not apply and a Deny apply.
  return hold === "error" ? effect === "Deny" : hold;
}

/** Undefined when the statement's principals do not include the caller. */
function principalColumn(
  { principals, effect }: Statement,
  stored: Stored,
  caller: Principal,
  hasBoundary: boolean,
): Column | undefined {
  // Identity policies, boundaries, session policies and SCPs have no principal: they concern whoever they are attached to.
  if (principals === undefined) return "final Allow";
  const isTrust = stored.document.policy.kind === "trust";
  const named = (name: CallerName) =>
    principals.entries.some((entry) => entryNames(entry, name, stored, isTrust));
  const names = namesOf(caller);
  if (!principals.not)
    return columns.find((column) => names.some((name) => name.column === column && named(name)));

  // "NotPrincipal": with Deny all names of the caller must be listed, or it is denied with the others.
  const isEveryone = names.some((name) => name.type === "everyone" && named(name));
  const own = names.filter(({ type, isAlternative }) => type !== "everyone" && isAlternative !== true);
  const isSpared = isEveryone || (own.length > 0 && own.every(named));
  if (effect === "Deny") return isSpared && !hasBoundary ? undefined : "final Allow";
  return names.some(named) ? undefined : "final Allow";
}

/** What a policy may call the caller, and the column of the table that a match puts it in. */
interface CallerName {
  readonly type: "everyone" | "account" | "arn" | "service" | "federated";
  readonly value: string;
  /** May stand for the name in a policy. */
  readonly uniqueId?: string | undefined;
  /** What the name was bound to on save, where that is a unique id. */
  readonly boundTo?: string | undefined;
  readonly column: Column;
  readonly isAwsPrincipal?: boolean;
  /** A further name that NotPrincipal need not list. */
  readonly isAlternative?: boolean;
}

function namesOf(caller: Principal): CallerName[] {
  const everyone = (isAwsPrincipal: boolean): CallerName[] => [
    { type: "everyone", value: "*", column: "final Allow", isAwsPrincipal },
  ];
  const account = (value: string): CallerName[] => [
    { type: "account", value, column: "needs identity Allow" },
  ];
  const named = (value: string, column: Column, id: string | undefined): CallerName[] => [
    { type: "arn", value, column, uniqueId: id, boundTo: id },
  ];
  switch (caller.kind) {
    case "user": {
      const { arn, uniqueId, accountId } = caller;
      return [...everyone(true), ...named(arn, "final Allow", uniqueId), ...account(accountId)];
    }
    case "role-session":
      return [
        ...everyone(true),
        { type: "arn", value: caller.arn, boundTo: caller.uniqueId, column: "final Allow" },
        ...named(caller.roleArn, "replaces the identity Allow", caller.uniqueId),
        ...list(caller.federatedProvider).map((value): CallerName => ({
          type: "federated",
          value,
          column: "replaces the identity Allow",
          isAlternative: true,
        })),
        ...account(caller.accountId),
      ];
    case "federated-user": {
      const { userArn, userUniqueId, issuer } = caller;
      return [
        ...everyone(true),
        { type: "arn", value: caller.arn, column: "final Allow" },
        ...(issuer === "root" ? [] : named(userArn, "replaces the identity Allow", userUniqueId)),
        ...account(caller.accountId),
      ];
    }
    case "root":
    case "assumed-root":
      return [
        ...everyone(true),
        { type: "arn", value: caller.arn, column: "final Allow", isAlternative: true },
        ...account(caller.accountId),
      ];
    case "service":
      return [...everyone(false), { type: "service", value: caller.service, column: "final Allow" }];
    case "federated":
      return [...everyone(false), { type: "federated", value: caller.provider, column: "final Allow" }];
    case "anonymous":
      return everyone(false);
  }
}

function entryNames(
  { type, value }: PrincipalEntry,
  name: CallerName,
  stored: Stored,
  isTrust: boolean,
): boolean {
  if (name.type === "everyone") {
    if (type === "*") return true;
    // In a trust policy the map form means any AWS principal.
    return type === "AWS" && value === "*" && (!isTrust || name.isAwsPrincipal === true);
  }
  if (name.type === "service") return type === "Service" && value === name.value;
  if (name.type === "federated") return type === "Federated" && value === name.value;
  if (type === "CanonicalUser")
    return name.type === "account" && stored.principalIds?.get(value) === name.value;
  if (type !== "AWS") return false;
  const account = /^(?:arn:[^:]*:iam::)?(\d{12})(?::root)?$/.exec(value)?.[1];
  if (name.type === "account") return account === name.value;
  if (name.uniqueId !== undefined && value === name.uniqueId) return true;
  // Rewritten to a unique id on save: then it is the id that counts.
  const bound = stored.principalIds?.get(value);
  return value === name.value && account === undefined && (bound === undefined || bound === name.boundTo);
}
