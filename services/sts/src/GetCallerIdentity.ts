import { sts } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";

/**
 * Who signed the request. Needs no permission, and no policy can refuse it.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export const GetCallerIdentity = operation(sts, "GetCallerIdentity", {
  authorization: () => "none",
  async handle(_input, { caller }) {
    return { UserId: caller.userId, Account: caller.accountId, Arn: caller.arn };
  },
  event: () => ({ requestParameters: null, responseElements: null }),
});
