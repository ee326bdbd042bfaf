import type { AwsManagedPolicy } from "@rolecall/aws-managed-policies";
import { foldName } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { ManagedPolicy } from "@rolecall/store-contract";
import { listCheck } from "../checks.ts";
import { policyUse } from "../managed-policies.ts";
import type { PolicyUse } from "../managed-policies.ts";
import { pageOfEntities, pageOfSections, pageOfSorted, truncation } from "../pagination.ts";
import type { Section } from "../pagination.ts";
import { policyShape } from "../shapes.ts";

type ListedPolicy = ManagedPolicy | AwsManagedPolicy;

/** Whether the listing shows a policy that is used so. Recorded 09/2026: the usage filter acts on attached ones only. */
function isListed(input: Iam.ListPoliciesRequest, { attachments, boundaries }: PolicyUse): boolean {
  if (!input.OnlyAttached) return true;
  if (input.PolicyUsageFilter === "PermissionsPolicy") return attachments > 0;
  if (input.PolicyUsageFilter === "PermissionsBoundary") return boundaries > 0;
  return attachments + boundaries > 0;
}

/**
 * The account's managed policies, then AWS's own.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
 */
export const ListPolicies = operation(iam, "ListPolicies", {
  // Public logs show the path alone, unlike those of every other list.
  authorization: ({ PathPrefix }, { accountId }) => ({
    ...listCheck("policy", PathPrefix, accountId),
    shownAs: `policy path ${PathPrefix ?? "/"}`,
  }),
  handle(input, { store, accountId, access }) {
    const prefix = input.PathPrefix ?? "/";
    const listing = [
      "policies",
      accountId,
      prefix,
      String(input.OnlyAttached ?? false),
      input.PolicyUsageFilter ?? "",
    ];
    const hasPrefix = ({ path }: ListedPolicy): boolean => path.startsWith(prefix);
    return store.read(async (tx) => {
      const local: Section<ListedPolicy> = {
        letter: "L",
        read: (page) => pageOfEntities(tx.policies, accountId, hasPrefix, page, listing),
      };
      const aws: Section<ListedPolicy> = {
        letter: "A",
        read: (page) =>
          pageOfSorted(
            access.awsManaged.all().filter(hasPrefix),
            ({ name }) => foldName(name),
            page,
            listing,
            input.OnlyAttached ? { keep: isAttached } : {},
          ),
      };
      const isAttached = async ({ arn }: ListedPolicy): Promise<boolean> =>
        isListed(input, await policyUse(tx, arn, accountId));
      const { Scope: scope } = input;
      const sections = scope === "Local" ? [local] : scope === "AWS" ? [aws] : [local, aws];
      const page = await pageOfSections(sections, input);
      const used = await Promise.all(
        page.items.map(async (policy) => ({ policy, use: await policyUse(tx, policy.arn, accountId) })),
      );
      return {
        Policies: used
          .filter(({ use }) => isListed(input, use))
          .map(({ policy, use }) => policyShape(policy, use)),
        ...truncation(page),
      };
    });
  },
});
