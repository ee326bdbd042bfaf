import { sts } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { issueSession } from "./issue.ts";
import { consumeMfa } from "./mfa.ts";

const defaultDurationSeconds = 43_200;
const maxRootDurationSeconds = 3600;

/**
 * Temporary credentials of the calling user or root user. Needs no permission; session credentials cannot
 * call it.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
export const GetSessionToken = operation(sts, "GetSessionToken", {
  readOnly: false, // as CloudTrail marks it
  authorization: () => "none",
  async handle(input, context) {
    const { caller } = context;
    const hasMfa = await consumeMfa(input, context);
    const isRoot = caller.principal.kind === "root";
    const wanted = input.DurationSeconds ?? defaultDurationSeconds;
    return issueSession(
      {
        kind: "session-token",
        accountId: caller.accountId,
        entityId: caller.user?.userId ?? caller.accountId,
        ...(hasMfa && { mfaAtSeconds: Math.floor(context.nowMs / 1000) }),
        chain: [{ arn: caller.arn, accessKeyId: caller.accessKeyId ?? "" }],
      },
      // A root session over an hour is cut to one hour, not refused.
      isRoot ? Math.min(wanted, maxRootDurationSeconds) : wanted,
      input,
      context,
    );
  },
});
