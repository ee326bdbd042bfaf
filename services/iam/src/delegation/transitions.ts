import { AccessDenied, ConcurrentModification, iam, InvalidInput } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { approverOf, identityOf, isIdentity } from "./identities.ts";
import { changeRequest, requestCheck } from "./requests.ts";

// From one state to the next.
// @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation.html

/** The caller becomes the owner: who decides, or passes it on to who may. */
export const AssociateDelegationRequest = operation(iam, "AssociateDelegationRequest", {
  readOnly: false,
  authorization: ({ DelegationRequestId }, context) =>
    requestCheck(DelegationRequestId, context, "iam:AssociateDelegationRequest", true),
  handle: ({ DelegationRequestId }, context) =>
    changeRequest(DelegationRequestId, context, ["UNASSIGNED"], InvalidInput, (request) => {
      request.owner = identityOf(context.caller);
      request.ownerAccountId = context.accountId;
      request.state = "ASSIGNED";
    }),
});

/** The owner asks somebody else of his account to approve. */
export const UpdateDelegationRequest = operation(iam, "UpdateDelegationRequest", {
  authorization: ({ DelegationRequestId }, context) =>
    requestCheck(DelegationRequestId, context, "iam:UpdateDelegationRequest", true),
  handle: ({ DelegationRequestId, Notes }, context) =>
    changeRequest(DelegationRequestId, context, ["ASSIGNED", "PENDING_APPROVAL"], InvalidInput, (request) => {
      if (Notes !== undefined) request.notes = Notes;
      request.state = "PENDING_APPROVAL";
    }),
});

/** The caller is the approver: access will be in his name. The operation declares no `InvalidInput`. */
export const AcceptDelegationRequest = operation(iam, "AcceptDelegationRequest", {
  readOnly: false,
  authorization: ({ DelegationRequestId }, context) =>
    requestCheck(DelegationRequestId, context, "iam:AcceptDelegationRequest", false),
  handle: ({ DelegationRequestId }, context) =>
    changeRequest(
      DelegationRequestId,
      context,
      ["ASSIGNED", "PENDING_APPROVAL"],
      ConcurrentModification,
      (request) => {
        request.approver = approverOf(context.caller, request.sessionDurationSeconds);
        request.state = "ACCEPTED";
      },
    ),
});

export const RejectDelegationRequest = operation(iam, "RejectDelegationRequest", {
  readOnly: false,
  authorization: ({ DelegationRequestId }, context) =>
    requestCheck(DelegationRequestId, context, "iam:RejectDelegationRequest", true),
  handle: ({ DelegationRequestId, Notes }, context) =>
    changeRequest(
      DelegationRequestId,
      context,
      ["ASSIGNED", "PENDING_APPROVAL", "ACCEPTED"],
      InvalidInput,
      (request) => {
        if (Notes !== undefined) request.rejectionReason = Notes;
        request.state = "REJECTED";
      },
    ),
});

/** Releases the trade-in token: from now the requester may take it, and the session's time runs. */
export const SendDelegationToken = operation(iam, "SendDelegationToken", {
  readOnly: false,
  authorization: ({ DelegationRequestId }, context) =>
    requestCheck(DelegationRequestId, context, "iam:SendDelegationToken", true),
  handle: ({ DelegationRequestId }, context) =>
    changeRequest(DelegationRequestId, context, ["ACCEPTED"], InvalidInput, (request) => {
      if (request.onlySendByOwner && !isIdentity(context.caller, request.owner))
        throw AccessDenied("Only the owner of this delegation request may send its token.");
      request.releasedAtMs = context.nowMs;
      request.state = "FINALIZED";
    }),
});
