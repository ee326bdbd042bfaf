import { managedDocument } from "@rolecall/access";
import { parseEntityArn } from "@rolecall/identifiers";
import { InvalidInput, MalformedPolicyDocument } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import type { OperationContext } from "@rolecall/pipeline";
import { parsePolicy } from "@rolecall/policy";
import type { DelegationRequest } from "@rolecall/store-contract";
import { renderPolicy } from "../templates/render.ts";
import type { JsonObject } from "../templates/render.ts";

/** Characters of a policy with its parameters put in. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/temporary-delegation-building-integration.html */
const maxPolicyLength = 2048;

type Parameter = DelegationRequest["parameters"][number];

/** @throws InvalidInput */
function parameterOf({ Name, Type = "string", Values = [] }: Iam.PolicyParameter): Parameter {
  if (Name === undefined) throw InvalidInput("A parameter needs a name.");
  if (Values.length === 0 || (Type === "string" && Values.length > 1))
    throw InvalidInput(
      `${Name} replacement value must contain ${Type === "string" ? "exactly" : "at least"} one value, got ${Values.length}`,
    );
  return { name: Name, type: Type, values: [...Values] };
}

/**
 * The policy that a request asks for. At AWS templates are registered for a partner. Here they are managed policies, of
 * the requester's account or AWS's: `@{NAME}` in one is a parameter.
 * @throws InvalidInput, MalformedPolicyDocument
 */
export async function requestedPolicy(
  { PolicyTemplateArn, Parameters }: Iam.DelegationPermission,
  { store, access, accountId }: OperationContext,
): Promise<Pick<DelegationRequest, "templateArn" | "parameters" | "permissionPolicy">> {
  if (PolicyTemplateArn === undefined) throw InvalidInput("Permissions must name a policy template.");
  const parsedArn = parseEntityArn(PolicyTemplateArn);
  const isOurs = parsedArn?.accountId === accountId || parsedArn?.accountId === "aws";
  const document =
    isOurs && parsedArn.type === "policy"
      ? await store.read((tx) => managedDocument(tx, PolicyTemplateArn, access.awsManaged))
      : undefined;
  if (document === undefined)
    throw InvalidInput(
      `Policy template ${PolicyTemplateArn} cannot be found. Templates are managed policies of the requester's account, and AWS's.`,
    );
  const parameters = (Parameters ?? []).map(parameterOf);
  const values = new Map(
    parameters.map(({ name, type, values: all }) => [name, type === "string" ? (all[0] ?? "") : all]),
  );
  const unused = parameters.find(({ name }) => !document.includes(`@{${name}}`));
  if (unused) throw InvalidInput(`Failed to render template: Unrecognized parameter: ${unused.name}`);
  const rendered = renderPolicy(JSON.parse(document) as JsonObject, values);
  const permissionPolicy = JSON.stringify(rendered);
  if (permissionPolicy.length > maxPolicyLength)
    throw InvalidInput(
      `The policy has ${permissionPolicy.length} characters with its parameters put in; it may have ${maxPolicyLength}.`,
    );
  const parsed = parsePolicy(permissionPolicy, "session");
  if (!parsed.ok) throw MalformedPolicyDocument(parsed.problems[0]?.message ?? "Syntax errors in policy.");
  return { templateArn: PolicyTemplateArn, parameters, permissionPolicy };
}

/** Boundaries that roles made under the policy must have: what its conditions want of `iam:PermissionsBoundary`. */
export function boundaryArns(permissionPolicy: string): string[] {
  const parsed = parsePolicy(permissionPolicy, "session");
  if (!parsed.ok) return [];
  const conditions = parsed.policy.statements
    .filter(({ effect }) => effect === "Allow")
    .flatMap((statement) => statement.conditions);
  const arns = conditions
    .filter(
      ({ key, operator }) => key.toLowerCase() === "iam:permissionsboundary" && !operator.includes("Not"),
    )
    .flatMap(({ values }) => values);
  return [...new Set(arns)];
}
