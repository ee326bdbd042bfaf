import { NoSuchEntity } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import type { DelegationRequest, ReadTx, WriteTx } from "@rolecall/store-contract";
import { boundaryArns } from "./policy-template.ts";

const dayMs = 86_400_000;
/** How long a request may wait for an owner. */
const unassignedMs = dayMs;
/** How long it may live then. AWS says seven days of each state; from its creation is the stricter reading. */
const lifetimeMs = 7 * dayMs;

export const expiresAtMs = ({ state, createdAtMs }: DelegationRequest): number =>
  createdAtMs + (state === "UNASSIGNED" ? unassignedMs : lifetimeMs);

/** The state as the clock has it. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation.html */
export const stateAt = (request: DelegationRequest, nowMs: number): DelegationRequest["state"] | "EXPIRED" =>
  nowMs >= expiresAtMs(request) ? "EXPIRED" : request.state;

export const delegationArn = (accountId: string, requestId: string): string =>
  `arn:aws:iam::${accountId}:delegation-request/${requestId}`;

/** Who may know of a request: the account it is for; anybody with its id as long as it is for nobody yet. */
const isVisible = ({ ownerAccountId }: DelegationRequest, accountId: string): boolean =>
  ownerAccountId === undefined || ownerAccountId === accountId;

/** The sentence is ours. */
const notFound = (requestId: string): Error =>
  NoSuchEntity(`The delegation request with id ${requestId} cannot be found.`);

export async function visibleRequest(
  tx: ReadTx,
  requestId: string,
  accountId: string,
): Promise<DelegationRequest | undefined> {
  const request = await tx.delegationRequests.get(requestId);
  return request && isVisible(request, accountId) ? request : undefined;
}

/** @throws NoSuchEntity */
export async function findRequest(
  tx: ReadTx,
  requestId: string,
  accountId: string,
): Promise<DelegationRequest> {
  const request = await visibleRequest(tx, requestId, accountId);
  if (!request) throw notFound(requestId);
  return request;
}

/**
 * The check on a request, as a resource of the account that decides on it. Its owner has a permission by default: told as
 * a policy of the resource, so that an explicit Deny of his account still holds.
 * @param isOwners  whether the owner may do it by default
 */
export async function requestCheck(
  requestId: string,
  { store, accountId }: OperationContext,
  action: string,
  isOwners: boolean,
): Promise<CheckFacts> {
  const owner = (await store.read((tx) => visibleRequest(tx, requestId, accountId)))?.owner;
  return {
    action,
    resource: delegationArn(accountId, requestId),
    context: { "iam:DelegationRequestOwner": owner?.arn },
    ...(isOwners && owner && { resourcePolicy: allowingOwner(owner, action) }),
  };
}

/** What the owner has by default. */
export const allowingOwner = (
  { arn, entityId }: { arn: string; entityId: string },
  action: string,
): CheckFacts["resourcePolicy"] => ({
  document: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: arn }, Action: action, Resource: "*" }],
  }),
  principalIds: { [arn]: entityId },
});

/**
 * Changes a request that is in one of the states.
 * @throws NoSuchEntity; and what `refused` makes of another state
 */
export function changeRequest(
  requestId: string,
  context: OperationContext,
  from: readonly DelegationRequest["state"][],
  refused: (message: string) => Error,
  edit: (request: DelegationRequest, tx: WriteTx) => void,
): Promise<void> {
  const { store, accountId, nowMs } = context;
  return store.write(async (tx) => {
    const request = await findRequest(tx, requestId, accountId);
    const state = stateAt(request, nowMs);
    if (state === "EXPIRED" || !from.includes(state))
      throw refused(`The delegation request ${requestId} is in the state ${state}.`);
    const before = request.state;
    edit(request, tx);
    request.updatedAtMs = nowMs;
    if (request.state !== before) request.history.push({ state: request.state, atMs: nowMs });
    await tx.delegationRequests.put(request);
  });
}

export async function requestShape(
  tx: ReadTx,
  request: DelegationRequest,
  nowMs: number,
): Promise<Iam.DelegationRequest> {
  const requester = await tx.accounts.get(request.requesterAccountId);
  const boundaries = boundaryArns(request.permissionPolicy);
  return {
    DelegationRequestId: request.requestId,
    OwnerAccountId: request.ownerAccountId,
    Description: request.description,
    RequestMessage: request.requestMessage,
    Permissions: {
      PolicyTemplateArn: request.templateArn,
      Parameters:
        request.parameters.length === 0
          ? undefined
          : request.parameters.map(({ name, type, values }) => ({ Name: name, Type: type, Values: values })),
    },
    PermissionPolicy: request.permissionPolicy,
    RolePermissionRestrictionArns: boundaries.length === 0 ? undefined : boundaries,
    OwnerId: request.owner?.arn,
    ApproverId: request.approver?.callerArn,
    State: stateAt(request, nowMs),
    ExpirationTime: new Date(expiresAtMs(request)),
    RequestorId: request.requesterAccountId,
    RequestorName: requester?.name,
    CreateDate: new Date(request.createdAtMs),
    SessionDuration: request.sessionDurationSeconds,
    RedirectUrl: request.redirectUrl,
    Notes: request.notes,
    RejectionReason: request.rejectionReason,
    OnlySendByOwner: request.onlySendByOwner,
    UpdatedTime: new Date(request.updatedAtMs),
  };
}
