import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import { pageOfIndex, truncation } from "../pagination.ts";
import { permissionCheck } from "./permission-check.ts";
import { allowingOwner, findRequest, requestCheck, requestShape } from "./requests.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetDelegationRequest.html */
export const GetDelegationRequest = operation(iam, "GetDelegationRequest", {
  authorization: ({ DelegationRequestId }, context) =>
    requestCheck(DelegationRequestId, context, "iam:GetDelegationRequest", true),
  async handle({ DelegationRequestId, DelegationPermissionCheck }, context) {
    const { store, accountId, nowMs } = context;
    const [request, shape] = await store.read(async (tx) => {
      const found = await findRequest(tx, DelegationRequestId, accountId);
      return [found, await requestShape(tx, found, nowMs)] as const;
    });
    return {
      DelegationRequest: shape,
      ...(DelegationPermissionCheck && {
        PermissionCheckStatus: "COMPLETE",
        PermissionCheckResult: await permissionCheck(request.permissionPolicy, context),
      }),
    };
  },
});

/** Everybody may list his own. */
function ownersPermission(ownerId: string | undefined, { caller }: OperationContext) {
  const { principal } = caller;
  const arn = principal.kind === "role-session" ? principal.roleArn : caller.arn;
  const entityId = caller.user?.userId ?? caller.role?.roleId ?? caller.accountId;
  return ownerId === arn ? allowingOwner({ arn, entityId }, "iam:ListDelegationRequests") : undefined;
}

/**
 * Requests of the account that have an owner.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListDelegationRequests.html
 */
export const ListDelegationRequests = operation(iam, "ListDelegationRequests", {
  authorization: ({ OwnerId }, context) => ({
    resource: "*",
    context: { "iam:DelegationRequestOwner": OwnerId },
    resourcePolicy: ownersPermission(OwnerId, context),
  }),
  handle: (input, { store, accountId, nowMs }) =>
    store.read(async (tx) => {
      const value = input.OwnerId === undefined ? [accountId] : [accountId, input.OwnerId];
      const listing = ["delegation-requests", ...value];
      const page = await pageOfIndex(tx.delegationRequests, "byOwner", value, input, listing);
      const { IsTruncated: isTruncated, Marker } = truncation(page);
      const shapes = page.items.map((request) => requestShape(tx, request, nowMs));
      return { DelegationRequests: await Promise.all(shapes), isTruncated, Marker };
    }),
});
