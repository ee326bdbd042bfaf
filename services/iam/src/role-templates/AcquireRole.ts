import { idPrefixes, newUniqueId, roleArn } from "@rolecall/identifiers";
import {
  ConcurrentModification,
  iam,
  LimitExceeded,
  NameConflict,
  NoSuchEntity,
  RoleModified,
} from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import { policySizeWithoutWhitespace } from "@rolecall/policy";
import type { Role, WriteTx } from "@rolecall/store-contract";
import { entityCheck } from "../checks.ts";
import { bindTrustPolicy, requireIdentityPolicy, requireTrustPolicy } from "../documents.ts";
import { insert, role } from "../identity-kinds.ts";
import { readPolicy, requireAttachable } from "../managed-policies.ts";
import { quotaOf, requireQuota } from "../quotas.ts";
import { createdRole } from "../shapes.ts";
import { renderRole } from "./rendered-role.ts";
import type { RenderedRole } from "./rendered-role.ts";
import { isUnmodified } from "./unmodified.ts";

/** What the checks of a request were for: making a role is not done with the permission to read one. */
const checkedFor = new WeakMap<OperationContext, "new" | "existing">();

/** @throws what the request is refused with, once its caller may read the template */
function tryToRender(input: Iam.AcquireRoleRequest): RenderedRole | undefined {
  try {
    return renderRole(input);
  } catch {
    return undefined;
  }
}

/**
 * There is no permission of its own: whoever may read the template needs what making the role, or reading it, needs.
 * Shown as recorded 2026-09.
 */
async function checksOf(input: Iam.AcquireRoleRequest, context: OperationContext): Promise<CheckFacts[]> {
  const template: CheckFacts = {
    action: "iam:GetRoleTemplateVersion",
    resource: input.TemplateArn,
    shownAs: `role template ${input.TemplateArn}`,
  };
  const rendered = tryToRender(input);
  if (!rendered) return [template];
  const { accountId, store } = context;
  const { name, path } = rendered;
  const key = { "iam:RoleTemplateARN": input.TemplateArn };
  const existing = await store.read((tx) => tx.roles.get(accountId, name));
  checkedFor.set(context, existing ? "existing" : "new");
  if (existing)
    return [template, await entityCheck(role, name, context, { action: "iam:GetRole", context: key })];
  const resource = roleArn(accountId, path, name);
  const shownAs = `role${path}${name}`;
  return [
    template,
    { action: "iam:CreateRole", resource, context: key },
    ...rendered.attachedPolicies.map((policyArn) => ({
      action: "iam:AttachRolePolicy",
      resource,
      shownAs,
      context: { ...key, "iam:PolicyARN": policyArn },
    })),
    ...rendered.inlinePolicies.map(() => ({
      action: "iam:PutRolePolicy",
      resource,
      shownAs,
      context: key,
    })),
  ];
}

const sameValues = (one: Role["sourceTemplate"], { parameters }: RenderedRole): boolean => {
  const sorted = (values: object): string =>
    JSON.stringify(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return one !== undefined && sorted(one.parameters) === sorted(parameters);
};

/** @throws NameConflict, RoleModified */
function requireSameRole(existing: Role, rendered: RenderedRole): void {
  if (existing.sourceTemplate?.arn !== rendered.template.arn)
    throw NameConflict(
      "A role with this name already exists in the account but was not created from this template. Choose a different role name, or remove the existing role if it is no longer needed.",
    );
  if (!sameValues(existing.sourceTemplate, rendered))
    throw NameConflict(
      "A role with this name exists but was created with different parameters. Pass a unique roleName to create a new role.",
    );
  if (!isUnmodified(existing, rendered))
    throw RoleModified(
      `Role ${existing.name} has been modified since it was created and is no longer managed.`,
    );
}

async function make(
  tx: WriteTx,
  rendered: RenderedRole,
  roleId: string,
  context: OperationContext,
): Promise<Role> {
  const { accountId, nowMs } = context;
  for (const arn of rendered.attachedPolicies) {
    const policy = await readPolicy(tx, arn, context);
    if (!policy) throw NoSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    requireAttachable(policy, role.noun);
  }
  requireQuota(role.attachments, rendered.attachedPolicies.length, context);
  const policy = requireTrustPolicy(rendered.trust, context);
  const made: Role = {
    accountId,
    roleId,
    name: rendered.name,
    path: rendered.path,
    description: rendered.description,
    createdAtMs: nowMs,
    maxSessionDurationSeconds: rendered.maxSessionDurationSeconds,
    trustPolicy: await bindTrustPolicy(tx, rendered.trust, policy, accountId),
    attachedPolicies: [...rendered.attachedPolicies],
    inlinePolicies: rendered.inlinePolicies,
    tags: [],
    sourceTemplate: {
      arn: rendered.template.arn,
      minorVersion: rendered.template.minorVersion,
      parameters: rendered.parameters,
    },
  };
  await insert(role, tx, made);
  requireQuota(role.perAccount, await tx.roles.count([accountId]), context);
  return made;
}

/** @throws MalformedPolicyDocument, LimitExceeded */
function requireInlinePolicies({ inlinePolicies, name }: RenderedRole, context: OperationContext): void {
  for (const { document } of inlinePolicies) requireIdentityPolicy(document, { isManaged: false });
  const size = inlinePolicies.reduce((sum, { document }) => sum + policySizeWithoutWhitespace(document), 0);
  const limit = quotaOf(role.inlineSize, context);
  if (size > limit) throw LimitExceeded(`Maximum policy size of ${limit} bytes exceeded for role ${name}`);
}

/** The role that a template makes with these values: the one that is there, or a new one. */
export const AcquireRole = operation(iam, "AcquireRole", {
  authorization: checksOf,
  async handle(input, context) {
    const { accountId, store, random } = context;
    const rendered = renderRole(input);
    requireInlinePolicies(rendered, context);
    const roleId = newUniqueId(idPrefixes.role, accountId, random);
    return store.write(async (tx) => {
      const existing = await tx.roles.get(accountId, rendered.name);
      if (checkedFor.get(context) !== (existing ? "existing" : "new"))
        throw ConcurrentModification(`Role ${rendered.name} is being changed. Please try again.`);
      if (existing) requireSameRole(existing, rendered);
      return { Role: await createdRole(tx, existing ?? (await make(tx, rendered, roleId, context))) };
    });
  },
});
