import { isAccountId, parseArn } from "@rolecall/identifiers";
import type { Iam } from "@rolecall/model";
import { contextOf, explain } from "@rolecall/policy";
import { s3Reach } from "@rolecall/policy/language";
import type { Explanation, PolicyType } from "@rolecall/policy";
import type { Scenario } from "./scenario.ts";
import type { SimulatedPolicy } from "./simulated-policies.ts";

type EvalDecision = "allowed" | "implicitDeny" | "explicitDeny";

/** What one action on one resource comes to. */
interface Outcome {
  decision: EvalDecision;
  matched: Iam.Statement[];
  missing: string[];
  allowedByOrganizations: boolean | undefined;
  allowedByBoundary: boolean | undefined;
  /** Undefined when an organization ended the simulation. */
  details: Record<string, EvalDecision> | undefined;
}

/** From the least to the most restrictive. */
const severity: readonly EvalDecision[] = ["allowed", "implicitDeny", "explicitDeny"];
const worst = (decisions: readonly EvalDecision[]): EvalDecision =>
  severity[Math.max(0, ...decisions.map((decision) => severity.indexOf(decision)))] ?? "implicitDeny";

/**
 * Names of the policy types in results, as recorded; the model's enum (`user`, `group`, `aws-managed`, …) was not seen
 * in any answer.
 */
const typeNames = {
  identity: "IAM Policy",
  resource: "Resource Policy",
  boundary: "Permissions Boundary Policy",
} as const;

const decisionOf = {
  allow: "allowed",
  exempt: "allowed",
  "no-allow": "implicitDeny",
  "explicit-deny": "explicitDeny",
} as const;

/**
 * The result of one action on all resources: since 2026 one, whose decision is that of the most restricted resource.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
 */
export function evaluateAction(action: string, scenario: Scenario): Iam.EvaluationResult {
  const outcomes = scenario.resources.map((resource) => outcomeOf(action, resource, scenario));
  const [only] = scenario.resources;
  const every = (values: (boolean | undefined)[]): boolean | undefined =>
    values.includes(undefined) ? undefined : values.every(Boolean);
  const byOrganizations = every(outcomes.map(({ allowedByOrganizations }) => allowedByOrganizations));
  const byBoundary = every(outcomes.map(({ allowedByBoundary }) => allowedByBoundary));
  return {
    EvalActionName: action,
    EvalResourceName: scenario.resources.length === 1 ? only : resourceTemplate(action),
    EvalDecision: worst(outcomes.map(({ decision }) => decision)),
    MatchedStatements: union(outcomes.flatMap(({ matched }) => matched)),
    MissingContextValues: [...new Set(outcomes.flatMap(({ missing }) => missing))],
    OrganizationsDecisionDetail:
      byOrganizations === undefined ? undefined : { AllowedByOrganizations: byOrganizations },
    PermissionsBoundaryDecisionDetail: boundaryDetail(byBoundary),
    ...(!scenario.isOnEverything && {
      EvalDecisionDetails: aggregated(outcomes),
      ResourceSpecificResults: outcomes.map((outcome, at) =>
        resourceResult(scenario.resources[at] ?? "", outcome),
      ),
    }),
  };
}

const boundaryDetail = (allowed: boolean | undefined): Iam.PermissionsBoundaryDecisionDetail | undefined =>
  allowed === undefined ? undefined : { AllowedByPermissionsBoundary: allowed };

/** Recorded: no empty lists here, unlike in the result as a whole. */
function resourceResult(resource: string, outcome: Outcome): Iam.ResourceSpecificResult {
  const { decision, matched, missing, details, allowedByBoundary } = outcome;
  return {
    EvalResourceName: resource,
    EvalResourceDecision: decision,
    MatchedStatements: matched.length > 0 ? matched : undefined,
    MissingContextValues: missing.length > 0 ? missing : undefined,
    EvalDecisionDetails: details && Object.keys(details).length > 0 ? details : undefined,
    PermissionsBoundaryDecisionDetail: boundaryDetail(allowedByBoundary),
  };
}

function aggregated(outcomes: readonly Outcome[]): Record<string, EvalDecision> | undefined {
  if (outcomes.some(({ details }) => details === undefined)) return undefined;
  const types = new Set(outcomes.flatMap(({ details }) => Object.keys(details ?? {})));
  return Object.fromEntries(
    [...types].map((type) => [type, worst(outcomes.map(({ details }) => details?.[type] ?? "allowed"))]),
  );
}

function union(statements: readonly Iam.Statement[]): Iam.Statement[] {
  const byPlace = new Map(
    statements.map((statement) => [
      JSON.stringify([statement.SourcePolicyId, statement.SourcePolicyType, statement.StartPosition]),
      statement,
    ]),
  );
  return [...byPlace.values()];
}

/**
 * What stands for the resources of an action when there are several. Known by recording for objects of S3 and for
 * IAM; for other actions it is left out, as the live service does for those it has no format for.
 */
function resourceTemplate(action: string): string | undefined {
  const service = action.slice(0, action.indexOf(":")).toLowerCase();
  if (service === "s3" && s3Reach(action).objects) return "arn:aws:s3:::${BucketName}/${KeyName}";
  return service === "iam" ? "arn:aws:iam::${Account}:${ResourceType}/${ResourceName}" : undefined;
}

/** Recorded: actions of S3 and IAM do not apply to resources of other services, whatever the policies say. */
function isApplicable(action: string, resource: string): boolean {
  const service = action.slice(0, action.indexOf(":")).toLowerCase();
  return (
    resource === "*" || !(service === "s3" || service === "iam") || parseArn(resource)?.service === service
  );
}

function outcomeOf(action: string, resource: string, scenario: Scenario): Outcome {
  const { principal, identity, boundary, resourcePolicy, organization, context } = scenario;
  const callerAccount = "accountId" in principal ? principal.accountId : "";
  const named = parseArn(resource)?.accountId ?? "";
  const owner =
    scenario.resourceOwner === undefined
      ? callerAccount
      : isAccountId(named)
        ? named
        : scenario.resourceOwner;
  const explanation = explain(
    { principal, action, resource, resourceAccountId: owner, context: contextOf(context) },
    {
      identity: isApplicable(action, resource) ? identity.map(({ compiled }) => compiled) : [],
      boundary: boundary?.compiled,
      resource: isApplicable(action, resource) ? resourcePolicy?.compiled : undefined,
      ...(organization && organization.length > 0 && { scp: organization }),
    },
  );
  const layer = (type: PolicyType) => explanation.layers.find((one) => one.type === type)?.outcome;
  const allowedByBoundary = boundary && layer("boundary") === "allow";
  const scp = organization && (layer("scp") ?? "allow");
  const common = {
    allowedByBoundary,
    allowedByOrganizations: scp && (scp === "allow" || scp === "exempt"),
  };
  // A service control policy that does not allow ends the simulation: nothing else is told.
  if (scp === "explicit-deny" || scp === "no-allow")
    return { ...common, decision: decisionOf[scp], matched: [], missing: [], details: undefined };

  const { decision: decided } = explanation;
  const decision =
    decided.effect === "Allow" ? "allowed" : decided.kind === "explicit" ? "explicitDeny" : "implicitDeny";
  const isCrossAccount = owner !== callerAccount;
  const details: Record<string, EvalDecision> = {};
  if (isCrossAccount)
    for (const type of ["identity", "resource", "boundary"] as const) {
      const outcome = layer(type);
      if (outcome !== undefined) details[typeNames[type]] = decisionOf[outcome];
    }
  return {
    ...common,
    decision,
    matched: matchedStatements(explanation, decision, scenario),
    // Recorded: told when nothing decided, and then for all statements, also of other actions and resources.
    missing: decision === "implicitDeny" ? scenario.missingKeys : [],
    details,
  };
}

/** Statements that made the decision: the denying ones, or the allowing ones; a boundary only denies. */
function matchedStatements(
  { layers }: Explanation,
  decision: EvalDecision,
  { identity, resourcePolicy, boundary }: Scenario,
): Iam.Statement[] {
  const wanted = decision === "explicitDeny" ? "explicit-deny" : decision === "allowed" ? "allow" : undefined;
  const statements: Iam.Statement[] = [];
  const add = (type: keyof typeof typeNames, policies: readonly SimulatedPolicy[]): void => {
    const found = layers.find((layer) => layer.type === type && layer.outcome === wanted);
    for (const { policy: ref, index } of found?.matched ?? []) {
      const source = policies.find(({ compiled }) => compiled.ref === ref);
      if (source)
        statements.push({
          SourcePolicyId: source.id,
          SourcePolicyType: typeNames[type],
          ...source.positions[index],
        });
    }
  };
  add("resource", resourcePolicy ? [resourcePolicy] : []);
  add("identity", identity);
  if (decision === "explicitDeny") add("boundary", boundary ? [boundary] : []);
  return statements;
}
