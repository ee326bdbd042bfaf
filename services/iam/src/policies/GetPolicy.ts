import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { findPolicy, policyCheck, policyUse } from "../managed-policies.ts";
import { policyShape } from "../shapes.ts";
import { wireTags } from "../tags.ts";

/**
 * Unlike CreatePolicy's, the answer has the description, and tags even when there are none.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html
 */
export const GetPolicy = operation(iam, "GetPolicy", {
  authorization: ({ PolicyArn }, context) => policyCheck(PolicyArn, context),
  handle: ({ PolicyArn }, { store, accountId }) =>
    store.read(async (tx) => {
      const policy = await findPolicy(tx, PolicyArn, accountId);
      return {
        Policy: {
          ...policyShape(policy, await policyUse(tx, PolicyArn, accountId)),
          Description: policy.description,
          Tags: wireTags(policy.tags),
        },
      };
    }),
});
