import type { Access } from "@rolecall/access";
import { isAccountId, parseEntityArn } from "@rolecall/identifiers";
import { NoSuchEntity, ValidationError } from "@rolecall/model";
import type { ReadTx } from "@rolecall/store-contract";
import { isAttachable, readPolicy, requireAttachable } from "./managed-policies.ts";

/** Before anything is decided: is it a policy's ARN at all? @throws ValidationError */
export function requireBoundaryArn(arn: string | undefined): void {
  if (arn === undefined) return;
  const parsed = parseEntityArn(arn);
  if (parsed?.type !== "policy" || !(isAccountId(parsed.accountId) || parsed.accountId === "aws"))
    throw ValidationError(`Value (${arn}) for parameter PermissionsBoundary is invalid.`);
}

/**
 * A boundary must be a managed policy of the account or of AWS.
 * @param noun  of the entity, for operations that declare PolicyNotAttachable; the others know only NoSuchEntity
 * @throws NoSuchEntity, PolicyNotAttachable
 */
export async function requireBoundary(
  tx: ReadTx,
  arn: string | undefined,
  accountId: string,
  access: Access,
  noun?: "user" | "role",
): Promise<void> {
  if (arn === undefined) return;
  const policy = await readPolicy(tx, arn, { accountId, access });
  if (policy && noun !== undefined) requireAttachable(policy, noun);
  if (!policy || !isAttachable(policy))
    // As seen in public transcripts of the live service; not recorded by us.
    throw NoSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
}
