import { parseArn } from "@rolecall/identifiers";
import { EntityAlreadyExists, iam, InvalidInput } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { StoreConflict } from "@rolecall/store-contract";
import type { DelegationRequest } from "@rolecall/store-contract";
import { requestedPolicy } from "./policy-template.ts";
import { delegationArn } from "./requests.ts";

/** A topic of the requester's own account, as at AWS; nothing is published here. @throws InvalidInput */
function requireTopic(channel: string, accountId: string): void {
  const parsed = parseArn(channel);
  if (parsed?.service !== "sns" || parsed.accountId !== accountId)
    throw InvalidInput(`NotificationChannel must be the ARN of an SNS topic of account ${accountId}.`);
}

/**
 * Asks an account for access. AWS lets partners do so that it has registered; here every account may.
 *
 * There is no SNS and no console here: nothing is published to the notification channel, and the answer has no
 * `ConsoleDeepLink`. What would be published is read from `GET /_rolecall/delegation-requests/ID/notifications`.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateDelegationRequest.html
 */
export const CreateDelegationRequest = operation(iam, "CreateDelegationRequest", {
  authorization: ({ SessionDuration, NotificationChannel, Permissions }, { accountId }) => ({
    resource: delegationArn(accountId, "*"),
    context: {
      "iam:DelegationDuration": String(SessionDuration),
      "iam:NotificationChannel": NotificationChannel,
      "iam:TemplateArn": Permissions.PolicyTemplateArn,
    },
  }),
  async handle(input, context) {
    const { store, accountId, nowMs, random } = context;
    requireTopic(input.NotificationChannel, accountId);
    const policy = await requestedPolicy(input.Permissions, context);
    const request: DelegationRequest = {
      requestId: Buffer.from(random(16)).toString("hex"),
      requesterAccountId: accountId,
      workflowId: input.RequestorWorkflowId,
      description: input.Description,
      notificationChannel: input.NotificationChannel,
      sessionDurationSeconds: input.SessionDuration,
      onlySendByOwner: input.OnlySendByOwner ?? false,
      ...policy,
      state: "UNASSIGNED",
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      history: [{ state: "UNASSIGNED", atMs: nowMs }],
      ...(input.RequestMessage !== undefined && { requestMessage: input.RequestMessage }),
      ...(input.RedirectUrl !== undefined && { redirectUrl: input.RedirectUrl }),
      ...(input.OwnerAccountId !== undefined && { ownerAccountId: input.OwnerAccountId }),
    };
    await store.write(async (tx) => {
      try {
        await tx.delegationRequests.insert(request);
      } catch (error) {
        if (error instanceof StoreConflict && error.index === "byWorkflow")
          throw EntityAlreadyExists(
            `A delegation request with workflow id ${request.workflowId} already exists.`,
          );
        throw error;
      }
    });
    return { DelegationRequestId: request.requestId };
  },
});
