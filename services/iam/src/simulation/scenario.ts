import { assumedRoleArn, isAccountId, parseArn } from "@rolecall/identifiers";
import { InvalidInput } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { contextKeysAsWritten } from "@rolecall/policy/language";
import type { CompiledPolicy, ContextValue, Principal } from "@rolecall/policy";
import { contextEntries } from "./context-entries.ts";
import { requireHandledResources } from "./resource-handling.ts";
import { givenPolicy, storedPolicy } from "./simulated-policies.ts";
import type { SimulatedPolicy } from "./simulated-policies.ts";
import { requireEntityArn } from "./sources.ts";
import type { EntityPolicies } from "./sources.ts";

/** What the two simulations have in common. */
export type SimulationInput = Omit<Iam.SimulateCustomPolicyRequest, "PolicyInputList"> & {
  readonly PolicyInputList?: readonly string[] | undefined;
};

/** Everything that decides, whatever the action and the resource. */
export interface Scenario {
  principal: Principal;
  identity: SimulatedPolicy[];
  boundary: SimulatedPolicy | undefined;
  resourcePolicy: SimulatedPolicy | undefined;
  /** One list a level; undefined when no organization is part of it. */
  organization: CompiledPolicy[][] | undefined;
  /** Decides for resources whose ARN names no account; undefined without a resource policy. */
  resourceOwner: string | undefined;
  context: Record<string, ContextValue>;
  /** Keys that the policies ask for and the request does not give, as they are spelt. */
  missingKeys: string[];
  resources: string[];
  /** No resource was named. */
  isOnEverything: boolean;
}

/**
 * @param source  the policies of an entity, and its ARN: it calls unless the request names another caller
 * @throws InvalidInput
 */
export function scenarioOf(
  input: SimulationInput,
  source: { policies: EntityPolicies; arn: string } | undefined,
  accountId: string,
): Scenario {
  const given = contextEntries(input.ContextEntries);
  const resources = input.ResourceArns?.length ? [...input.ResourceArns] : ["*"];
  for (const resource of resources)
    if (resource !== "*" && !parseArn(resource))
      throw InvalidInput(`ResourceNames are not in a valid ARN format: ${resource}.`);
  requireHandledResources(input.ResourceHandlingOption, resources);
  for (const action of input.ActionNames)
    if (!action.includes(":")) throw InvalidInput("The action is invalid since it is missing names");

  const identity = [
    ...(source?.policies.identity ?? []).map(({ id, document }) =>
      storedPolicy(id, document, "identity", given),
    ),
    ...(input.PolicyInputList ?? []).map((document, at) =>
      givenPolicy(
        `PolicyInputList.${at + 1}`,
        document,
        "identity",
        given,
        `Policy input list item ${at + 1}`,
      ),
    ),
  ];
  const { principal, defaults } = caller(input.CallerArn ?? source?.arn, accountId);
  const resourcePolicy = givenResourcePolicy(input, given, resources, input.CallerArn ?? source?.arn);
  const written = [...identity, ...(resourcePolicy ? [resourcePolicy] : [])].flatMap(({ policy }) =>
    contextKeysAsWritten(policy),
  );
  return {
    principal,
    identity,
    boundary: boundaryOf(input, source?.policies, given),
    resourcePolicy,
    organization: organizationOf(input, source?.policies, given),
    resourceOwner: resourcePolicy && ownerAccount(input.ResourceOwner, principal),
    context: { ...defaults, ...Object.fromEntries(given) },
    missingKeys: [...new Set(written)].filter((key) => !given.has(key.toLowerCase())).sort(),
    resources,
    isOnEverything: resources.length === 1 && resources[0] === "*",
  };
}

/**
 * The simulated caller, and the context keys that follow from him: recorded; principal tags do not, they must be given.
 * A group cannot call, but may be simulated: it stands as if it were a user.
 */
function caller(
  arn: string | undefined,
  accountId: string,
): { principal: Principal; defaults: Record<string, ContextValue> } {
  if (arn === undefined)
    return {
      principal: { kind: "user", accountId, arn: "", uniqueId: "" },
      defaults: {
        "aws:principalaccount": accountId,
        "aws:userid": "STUB_PRINCIPAL_FOR_POLICY_SIMULATOR",
      },
    };
  const named = callerName(arn);
  const session = "simulation";
  return {
    principal:
      named.kind === "role"
        ? {
            kind: "role-session",
            accountId: named.accountId,
            arn: assumedRoleArn(named.accountId, named.name, session),
            roleArn: arn,
            uniqueId: "",
            sessionName: session,
          }
        : { kind: "user", accountId: named.accountId, arn, uniqueId: "" },
    defaults: {
      "aws:principalarn": arn,
      "aws:principalaccount": named.accountId,
      "aws:userid": arn,
      ...(named.kind === "user" && { "aws:username": named.name }),
    },
  };
}

function callerName(arn: string): ReturnType<typeof requireEntityArn> {
  try {
    return requireEntityArn(arn);
  } catch {
    // Seen on the live service with `IAM user` alone, before roles and groups could call (2026).
    throw InvalidInput("Invalid caller - Caller must be an IAM user, role or group in this context.");
  }
}

function givenResourcePolicy(
  { ResourcePolicy }: SimulationInput,
  given: ReadonlyMap<string, ContextValue>,
  resources: readonly string[],
  callerArn: string | undefined,
): SimulatedPolicy | undefined {
  if (ResourcePolicy === undefined) return undefined;
  if (callerArn === undefined) throw InvalidInput("Invalid caller - Caller cannot be null or empty.");
  if (resources.includes("*"))
    throw InvalidInput("Invalid Entity Arn: * does not clearly define entity type and name.");
  const policy = givenPolicy("ResourcePolicy", ResourcePolicy, "resource", given, "Resource policy");
  for (const { resources: named } of policy.policy.statements)
    if (named?.values.includes("*")) throw InvalidInput("ResourceNames are not in a valid ARN format: *.");
  return policy;
}

/** A boundary in the request stands instead of the entity's own. */
function boundaryOf(
  { PermissionsBoundaryPolicyInputList: documents = [] }: SimulationInput,
  policies: EntityPolicies | undefined,
  given: ReadonlyMap<string, ContextValue>,
): SimulatedPolicy | undefined {
  if (documents.length > 1) throw InvalidInput("Only one permissions boundary policy can be given.");
  const [document] = documents;
  if (document !== undefined)
    return givenPolicy(
      "PermissionsBoundaryPolicyInputList.1",
      document,
      "boundary",
      given,
      "Permissions boundary policy input list item 1",
    );
  const own = policies?.boundary;
  return own && storedPolicy(own.id, own.document, "boundary", given);
}

function organizationOf(
  { OrderedOrganizationPolicyInputList: levels }: SimulationInput,
  policies: EntityPolicies | undefined,
  given: ReadonlyMap<string, ContextValue>,
): CompiledPolicy[][] | undefined {
  // No service control policy is attached here yet: an organization without any restricts nothing.
  if (levels === undefined || levels.length === 0) return policies?.isInOrganization ? [] : undefined;
  return levels.map(({ ServiceControlPolicyInputList: documents = [] }, at) => {
    if (documents.length === 0)
      throw InvalidInput(
        `Organization policy at index ${at + 1} must contain at least one service control policy`,
      );
    return documents.map((document, n) => {
      const what = `Organization policy at index ${at + 1} item ${n + 1}`;
      return givenPolicy(`${at + 1}.${n + 1}`, document, "scp", given, what).compiled;
    });
  });
}

/** An account id, as documented, or the ARN of a principal of the account, as recorded. */
function ownerAccount(owner: string | undefined, principal: Principal): string {
  const own = "accountId" in principal ? principal.accountId : "";
  if (owner === undefined) return own;
  if (isAccountId(owner)) return owner;
  const arn = parseArn(owner);
  if (arn?.service !== "iam" || !isAccountId(arn.accountId))
    throw InvalidInput(`'${owner}' is not a valid as a Resource Owner.`);
  return arn.accountId;
}
