import { openTradeInToken } from "@rolecall/credentials";
import { ExpiredTradeInTokenException, sts, ValidationError } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import type { DelegationApprover, DelegationRequest } from "@rolecall/store-contract";
import { chainOf } from "./chain.ts";
import { issueSession } from "./issue.ts";
import type { SessionFacts } from "./issue.ts";

/** One answer for whatever is no token of this account: it says nothing of others' requests. The sentence is ours. */
const invalidToken = (): Error => ValidationError("The trade-in token is not valid.");

/**
 * The request behind a token, which may be traded in any number of times while it is valid.
 * @throws ValidationError, ExpiredTradeInTokenException
 */
async function releasedRequest(
  token: string,
  { access, store, accountId, nowMs }: OperationContext,
): Promise<{ request: DelegationRequest; approver: DelegationApprover; secondsLeft: number }> {
  const claims = openTradeInToken(token, access.masterKey);
  if (claims?.requesterAccountId !== accountId) throw invalidToken();
  const secondsLeft = claims.expiresAtSeconds - Math.floor(nowMs / 1000);
  if (secondsLeft <= 0) throw ExpiredTradeInTokenException("The trade-in token has expired.");
  const request = await store.read((tx) => tx.delegationRequests.get(claims.requestId));
  if (request?.state !== "FINALIZED" || !request.approver) throw invalidToken();
  return { request, approver: request.approver, secondsLeft };
}

/** The approver's identity; a session of it dies with the user or role behind it. */
function identityFacts(
  approver: DelegationApprover,
): Pick<SessionFacts, "kind" | "sessionName" | "tags" | "sourceIdentity"> {
  if (approver.kind !== "role") return { kind: "session-token" };
  const { sessionName, tags, sourceIdentity } = approver;
  return { kind: "assumed-role", sessionName, tags, sourceIdentity };
}

/**
 * Access that an accepted delegation request gives: who accepted it, within the policy that he accepted, until the
 * approved time after the token was sent is over.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html
 */
export const GetDelegatedAccessToken = operation(sts, "GetDelegatedAccessToken", {
  readOnly: false,
  authorization: () => ({ resource: "*" }),
  async handle({ TradeInToken }, context) {
    const { request, approver, secondsLeft } = await releasedRequest(TradeInToken, context);
    const { Credentials } = issueSession(
      {
        ...identityFacts(approver),
        accountId: request.ownerAccountId ?? context.accountId,
        entityId: approver.entityId,
        policy: request.permissionPolicy,
        delegationRequestId: request.requestId,
        chain: chainOf(context.caller),
      },
      secondsLeft,
      {},
      context,
    );
    return { Credentials, AssumedPrincipal: approver.callerArn };
  },
  event: (_input, output) => ({
    // The token is a secret.
    requestParameters: null,
    ...(output?.AssumedPrincipal !== undefined && {
      sharedWith: [output.AssumedPrincipal.split(":")[4] ?? ""],
    }),
  }),
});
