import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { findAnyPolicy, isAwsManaged, policyCheck, policyUse } from "../managed-policies.ts";
import { policyShape } from "../shapes.ts";
import { wireTags } from "../tags.ts";

/**
 * Unlike CreatePolicy's, the answer has the description, and tags even when there are none. Descriptions of AWS's
 * own policies are not known here.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html
 */
export const GetPolicy = operation(iam, "GetPolicy", {
  authorization: ({ PolicyArn }, context) => policyCheck(PolicyArn, context),
  handle: ({ PolicyArn }, context) =>
    context.store.read(async (tx) => {
      const policy = await findAnyPolicy(tx, PolicyArn, context);
      const shape = policyShape(policy, await policyUse(tx, PolicyArn, context.accountId));
      return {
        Policy: isAwsManaged(policy)
          ? { ...shape, Tags: [] }
          : { ...shape, Description: policy.description, Tags: wireTags(policy.tags) },
      };
    }),
});
