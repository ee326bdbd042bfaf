import { requestTagContext } from "@rolecall/access";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import type { Tag } from "@rolecall/store-contract";
import { tagKeysContext } from "../checks.ts";
import { findAnyPolicy, findPolicy, isAwsManaged, policyCheck } from "../managed-policies.ts";
import { pageOf, truncation } from "../pagination.ts";
import { tagged, untagged, wireTags } from "../tags.ts";

async function changeTags(
  arn: string,
  { store, accountId }: OperationContext,
  edit: (tags: readonly Tag[]) => Tag[],
): Promise<void> {
  await store.write(async (tx) => {
    const policy = await findPolicy(tx, arn, accountId);
    await tx.policies.put({ ...policy, tags: edit(policy.tags) });
  });
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html */
export const TagPolicy = operation(iam, "TagPolicy", {
  authorization: ({ PolicyArn, Tags }, context) =>
    policyCheck(PolicyArn, context, { context: requestTagContext(Tags), isWrite: true }),
  handle: ({ PolicyArn, Tags }, context) =>
    changeTags(PolicyArn, context, (own) => tagged(own, Tags, "exact")),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagPolicy.html */
export const UntagPolicy = operation(iam, "UntagPolicy", {
  authorization: ({ PolicyArn, TagKeys }, context) =>
    policyCheck(PolicyArn, context, { context: tagKeysContext(TagKeys), isWrite: true }),
  handle: ({ PolicyArn, TagKeys }, context) =>
    changeTags(PolicyArn, context, (own) => untagged(own, TagKeys, "exact")),
});

/**
 * AWS's own policies have none.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyTags.html
 */
export const ListPolicyTags = operation(iam, "ListPolicyTags", {
  authorization: ({ PolicyArn }, context) => policyCheck(PolicyArn, context),
  async handle(input, context) {
    const policy = await context.store.read((tx) => findAnyPolicy(tx, input.PolicyArn, context));
    const tags = isAwsManaged(policy) ? [] : policy.tags;
    const page = pageOf(tags, ({ key }) => key, input, ["policy-tags", policy.policyId]);
    return { Tags: wireTags(page.items), ...truncation(page) };
  },
});
