import type { AwsManagedPolicies } from "@rolecall/aws-managed-policies";
import type { CompiledPolicy, PolicyKind, PolicyRef, PolicyType } from "@rolecall/policy";
import type { Group, InlinePolicy, ReadTx, StoredPolicy } from "@rolecall/store-contract";
import type { Caller } from "./caller.ts";
import type { PolicyCache } from "./policy-cache.ts";

/** Everything that is attached to the caller; the same for each check of one request. */
export interface CallerPolicies {
  identity: CompiledPolicy[];
  boundary: CompiledPolicy | undefined;
  /** Undefined when the session was made without session policies. */
  session: CompiledPolicy[] | undefined;
}

/** Where documents of AWS managed policies come from; they are data, not records. */
export type ManagedPolicySource = Pick<AwsManagedPolicies, "document">;

/** The default version's document, or undefined when there is no such policy. */
export async function managedDocument(
  tx: ReadTx,
  arn: string,
  awsManaged: ManagedPolicySource,
): Promise<string | undefined> {
  const builtIn = awsManaged.document(arn);
  if (builtIn !== undefined) return builtIn;
  const policy = await tx.policies.getBy("byArn", arn);
  if (!policy) return undefined;
  return (await tx.policyVersions.get(policy.policyId, policy.defaultVersionId))?.document;
}

/**
 * What the root user may, for sessions of AssumeRoot: the task policies have no Allow, they deny all but the task.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
 */
const rootPowers = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

/** Boundary whose policy is gone: nothing is allowed, rather than nothing limited. */
const nothing = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';

/**
 * Reads the caller's policies as they stand now: a change acts on live sessions at their next request.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export async function gatherPolicies(
  tx: ReadTx,
  caller: Caller,
  cache: PolicyCache,
  awsManaged: ManagedPolicySource,
): Promise<CallerPolicies> {
  const managed = async (
    arn: string,
    type: PolicyType & PolicyKind,
    attachedTo: string,
  ): Promise<CompiledPolicy[]> => {
    const document = await managedDocument(tx, arn, awsManaged);
    return document === undefined ? [] : [cache.compiled(document, type, { type, arn, attachedTo })];
  };
  const inline = (policies: readonly InlinePolicy[], attachedTo: string): CompiledPolicy[] =>
    policies.map(({ name, document }) =>
      cache.compiled(document, "identity", { type: "identity", name, attachedTo } satisfies PolicyRef),
    );

  const identity: CompiledPolicy[] = [];
  const entity = caller.role ?? caller.user;
  const entityArn = caller.principal.kind === "role-session" ? caller.principal.roleArn : caller.arn;
  if (entity) {
    identity.push(...inline(entity.inlinePolicies, entityArn));
    for (const arn of entity.attachedPolicies) identity.push(...(await managed(arn, "identity", entityArn)));
  }
  for (const groupId of caller.user?.groups ?? []) {
    const group: Group | undefined = await tx.groups.getBy("byId", groupId);
    if (!group) continue;
    const groupArn = `group ${group.name}`;
    identity.push(...inline(group.inlinePolicies, groupArn));
    for (const arn of group.attachedPolicies) identity.push(...(await managed(arn, "identity", groupArn)));
  }

  let boundary: CompiledPolicy | undefined;
  if (entity?.permissionsBoundary !== undefined) {
    const arn = entity.permissionsBoundary;
    const document = (await managedDocument(tx, arn, awsManaged)) ?? nothing;
    boundary = cache.compiled(document, "boundary", { type: "boundary", arn, attachedTo: entityArn });
  }

  return { identity, boundary, session: await sessionPolicies() };

  async function sessionPolicies(): Promise<CompiledPolicy[] | undefined> {
    const { claims } = caller;
    if (claims?.policy === undefined && claims?.policyArns === undefined) return undefined;
    const policies: CompiledPolicy[] = [];
    if (claims.policy !== undefined)
      policies.push(
        cache.compiled(claims.policy, "session", { type: "session", name: "inline", attachedTo: caller.arn }),
      );
    // Observed, recorded 09/2026: managed session policies are read at evaluation, not frozen at issue.
    for (const arn of claims.policyArns ?? []) policies.push(...(await managed(arn, "session", caller.arn)));
    // Fail closed: without its task policy the session may do nothing.
    if (claims.kind === "assumed-root" && policies.length > 0)
      policies.push(
        cache.compiled(rootPowers, "session", { type: "session", name: "root user", attachedTo: caller.arn }),
      );
    return policies;
  }
}

/** The compiled form of a policy that a resource carries. */
export function compileStoredPolicy(
  cache: PolicyCache,
  stored: StoredPolicy,
  type: "trust" | "resource",
  attachedTo: string,
): CompiledPolicy {
  return cache.compiled(stored.document, type, { type, attachedTo }, stored.principalIds);
}
