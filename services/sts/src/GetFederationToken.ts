import { requestTagContext } from "@rolecall/access";
import { federatedUserArn } from "@rolecall/identifiers";
import { sts } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { CheckFacts } from "@rolecall/pipeline";
import { issueSession } from "./issue.ts";
import { requirePackedSize } from "./packed-size.ts";
import { sessionPolicies } from "./session-policies.ts";
import { sessionTags } from "./session-tags.ts";

const defaultDurationSeconds = 43_200;
const maxRootDurationSeconds = 3600;

/**
 * Temporary credentials of a federated user: at most what both the calling user and the passed policies
 * allow; without passed policies, nothing but what resource policies give.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
 */
export const GetFederationToken = operation(sts, "GetFederationToken", {
  readOnly: false, // as CloudTrail marks it
  authorization(input, { accountId }) {
    const check: CheckFacts = {
      resource: federatedUserArn(accountId, input.Name),
      bareSentence: true,
      context: requestTagContext(input.Tags),
    };
    // The stricter reading: passing tags needs sts:TagSession here as everywhere.
    return input.Tags && input.Tags.length > 0 ? [check, { ...check, action: "sts:TagSession" }] : check;
  },
  async handle(input, context) {
    const { caller, accountId, store, access } = context;
    const policies = await sessionPolicies(input, accountId, store, access);
    const { tags } = sessionTags(input.Tags, undefined, undefined);
    const packedPolicySize = requirePackedSize(policies, tags) ?? 0;
    const wanted = input.DurationSeconds ?? defaultDurationSeconds;
    const isRoot = caller.principal.kind === "root";
    const issued = issueSession(
      {
        kind: "federated-user",
        accountId,
        entityId: caller.user?.userId ?? accountId,
        sessionName: input.Name,
        ...policies,
        tags: Object.keys(tags).length > 0 ? tags : undefined,
        chain: [{ arn: caller.arn, accessKeyId: caller.accessKeyId ?? "" }],
      },
      isRoot ? Math.min(wanted, maxRootDurationSeconds) : wanted,
      input,
      context,
    );
    return {
      ...issued,
      FederatedUser: {
        FederatedUserId: `${accountId}:${input.Name}`,
        Arn: federatedUserArn(accountId, input.Name),
      },
      PackedPolicySize: packedPolicySize,
    };
  },
});
