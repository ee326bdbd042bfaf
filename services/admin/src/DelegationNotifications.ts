import { sealTradeInToken } from "@rolecall/credentials";
import { NoSuchEntity } from "@rolecall/model";
import { anyOperation } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import type { DelegationRequest } from "@rolecall/store-contract";
import { jsonAnswer } from "./rest-json.ts";

/** As AWS publishes them to the notification channel. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/temporary-delegation-building-integration.html */
interface Notification {
  Type: "StateChange" | "ExchangeToken";
  RequestId: string;
  RequestorWorkflowId: string;
  State: string;
  OwnerAccountId: string | undefined;
  UpdatedAt: string;
  ExchangeToken?: string;
  ExpiresAt?: string;
}

interface Notifications {
  notificationChannel: string;
  /** There is no SNS here: nothing was published. */
  published: false;
  notifications: Notification[];
}

const iso = (ms: number): string => new Date(ms).toISOString();

function notificationsOf(request: DelegationRequest, { access, random }: OperationContext): Notification[] {
  const common = {
    RequestId: request.requestId,
    RequestorWorkflowId: request.workflowId,
    OwnerAccountId: request.ownerAccountId,
  };
  const changes = request.history.map(({ state, atMs }) => ({
    Type: "StateChange" as const,
    ...common,
    State: state,
    UpdatedAt: iso(atMs),
  }));
  const { releasedAtMs } = request;
  if (releasedAtMs === undefined) return changes;
  const expiresAtSeconds = Math.floor(releasedAtMs / 1000) + request.sessionDurationSeconds;
  const claims = {
    requestId: request.requestId,
    requesterAccountId: request.requesterAccountId,
    expiresAtSeconds,
  };
  const token: Notification = {
    Type: "ExchangeToken",
    ...common,
    State: request.state,
    UpdatedAt: iso(releasedAtMs),
    ExchangeToken: sealTradeInToken(claims, access.masterKey, random),
    ExpiresAt: iso(expiresAtSeconds * 1000),
  };
  return [...changes, token];
}

/**
 * What AWS would publish of a delegation request, the trade-in token among it, for the account that made the request.
 *
 * `GET /_rolecall/delegation-requests/ID/notifications`
 */
export const DelegationNotifications = anyOperation<{ id: string }, Notifications>({
  name: "GetDelegationNotifications",
  readOnly: true,
  allowsUnsigned: false,
  decode: ({ request }) => ({ id: request.path.split("/")[3] ?? "" }),
  authorization: ({ id }, { accountId }) => [
    {
      action: "rolecall:GetDelegationNotifications",
      resource: `arn:aws:rolecall::${accountId}:delegation-request/${id}`,
      resourceAccountId: accountId,
    },
  ],
  async handle({ id }, context) {
    const request = await context.store.read((tx) => tx.delegationRequests.get(id));
    if (request?.requesterAccountId !== context.accountId)
      throw NoSuchEntity(`The delegation request with id ${id} cannot be found.`);
    return {
      notificationChannel: request.notificationChannel,
      published: false,
      notifications: notificationsOf(request, context),
    };
  },
  encode: (output) => jsonAnswer(200, output),
  describe: (input) => ({ requestParameters: input ? { id: input.id } : null }),
});
