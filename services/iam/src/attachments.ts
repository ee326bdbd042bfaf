import { foldName } from "@rolecall/identifiers";
import { NoSuchEntity } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import type { OperationContext } from "@rolecall/pipeline";
import type { Identity } from "@rolecall/store-contract";
import { change, read } from "./identity-kinds.ts";
import type { IdentityKind } from "./identity-kinds.ts";
import { readPolicy, requireAttachable, requirePolicyArn } from "./managed-policies.ts";
import { pageOf } from "./pagination.ts";
import type { Page, PageInput } from "./pagination.ts";
import { requireQuota } from "./quotas.ts";

/** Attaching twice is no error. @throws NoSuchEntity, PolicyNotAttachable, LimitExceeded */
export async function attachPolicy<R extends Identity>(
  kind: IdentityKind<R>,
  name: string,
  policyArn: string,
  context: OperationContext,
): Promise<void> {
  await change(kind, name, context, async (record, tx) => {
    const policy = await readPolicy(tx, policyArn, context);
    if (!policy) throw NoSuchEntity(`Policy ${policyArn} does not exist or is not attachable.`);
    requireAttachable(policy, kind.noun);
    if (record.attachedPolicies.includes(policyArn)) return;
    record.attachedPolicies.push(policyArn);
    requireQuota(kind.attachments, record.attachedPolicies.length, context);
  });
}

/** @throws NoSuchEntity when it is not attached */
export async function detachPolicy<R extends Identity>(
  kind: IdentityKind<R>,
  name: string,
  policyArn: string,
  context: OperationContext,
): Promise<void> {
  await change(kind, name, context, (record) => {
    const at = record.attachedPolicies.indexOf(policyArn);
    if (at < 0) throw NoSuchEntity(`Policy ${policyArn} was not found.`);
    record.attachedPolicies.splice(at, 1);
  });
}

export const attachedPolicyShapes = (record: Identity): Iam.AttachedPolicy[] =>
  record.attachedPolicies.map((arn) => ({ PolicyName: requirePolicyArn(arn).name, PolicyArn: arn }));

export async function listAttachedPolicies<R extends Identity>(
  kind: IdentityKind<R>,
  name: string,
  input: PageInput & { readonly PathPrefix?: string | undefined },
  context: OperationContext,
): Promise<Page<Iam.AttachedPolicy>> {
  const record = await read(kind, name, context);
  const prefix = input.PathPrefix ?? "/";
  const arns = record.attachedPolicies.filter((arn) => requirePolicyArn(arn).path.startsWith(prefix));
  return pageOf(
    arns.map((arn) => ({ PolicyName: requirePolicyArn(arn).name, PolicyArn: arn })),
    // A name is unique among the account's policies and among AWS's.
    ({ PolicyName, PolicyArn }) => `${foldName(PolicyName)} ${requirePolicyArn(PolicyArn).accountId}`,
    input,
    ["attached", kind.arn(record.accountId, "/", foldName(record.name)), prefix],
  );
}
