import { iam } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { ManagedPolicy } from "@rolecall/store-contract";
import { listCheck } from "../checks.ts";
import { policyUse } from "../managed-policies.ts";
import { pageOfEntities, truncation } from "../pagination.ts";
import type { Page } from "../pagination.ts";
import { policyShape } from "../shapes.ts";
import type { PolicyUse } from "../shapes.ts";

/** Whether the listing shows a policy that is used so. Recorded 09/2026: the usage filter acts on attached ones only. */
function isListed(input: Iam.ListPoliciesRequest, { attachments, boundaries }: PolicyUse): boolean {
  if (!input.OnlyAttached) return true;
  if (input.PolicyUsageFilter === "PermissionsPolicy") return attachments > 0;
  if (input.PolicyUsageFilter === "PermissionsBoundary") return boundaries > 0;
  return attachments + boundaries > 0;
}

const nothing: Page<ManagedPolicy> = { items: [], IsTruncated: false, Marker: undefined };

/**
 * The account's managed policies. AWS's own are not served yet, so the scope `AWS` is empty.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
 */
export const ListPolicies = operation(iam, "ListPolicies", {
  authorization: ({ PathPrefix }, { accountId }) => listCheck("policy", PathPrefix, accountId),
  handle(input, { store, accountId }) {
    const prefix = input.PathPrefix ?? "/";
    const listing = [
      "policies",
      accountId,
      prefix,
      String(input.OnlyAttached ?? false),
      input.PolicyUsageFilter ?? "",
    ];
    return store.read(async (tx) => {
      const page =
        input.Scope === "AWS"
          ? nothing
          : await pageOfEntities(
              tx.policies,
              accountId,
              ({ path }) => path.startsWith(prefix),
              input,
              listing,
            );
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
