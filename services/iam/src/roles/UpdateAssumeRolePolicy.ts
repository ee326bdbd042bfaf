import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { entityCheck } from "../checks.ts";
import { bindTrustPolicy, requireTrustPolicy } from "../documents.ts";
import { change, role } from "../identity-kinds.ts";

/**
 * Replaces a role's trust policy. Its principals are bound to who bears their names now.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
 */
export const UpdateAssumeRolePolicy = operation(iam, "UpdateAssumeRolePolicy", {
  authorization: ({ RoleName }, context) => entityCheck(role, RoleName, context, { hasBoundaryKey: true }),
  async handle({ RoleName, PolicyDocument }, context) {
    await change(role, RoleName, context, async (record, tx) => {
      const policy = requireTrustPolicy(PolicyDocument, context);
      record.trustPolicy = await bindTrustPolicy(tx, PolicyDocument, policy, context.accountId);
    });
  },
});
