import { collection } from "../collection.ts";

/** Who owns or accepted a delegation request, by unique id: namesakes that came later are others. */
export interface DelegationIdentity {
  kind: "user" | "role" | "root";
  /** Of the user, the role, or the root user. */
  arn: string;
  /** Unique id of the user or role; the account id for the root user. */
  entityId: string;
}

/** Who accepted it, with what his session said: access in his name is of the same session. */
export interface DelegationApprover extends DelegationIdentity {
  /** As `GetCallerIdentity` gave it. */
  callerArn: string;
  sessionName?: string;
  tags?: Readonly<Record<string, string>>;
  sourceIdentity?: string;
}

/** That it expired is no state here: it follows from the clock. */
export type DelegationState =
  "UNASSIGNED" | "ASSIGNED" | "PENDING_APPROVAL" | "ACCEPTED" | "REJECTED" | "FINALIZED";

/** One account's request to act in another for a while. */
export interface DelegationRequest {
  requestId: string;
  /** The account that made the request. */
  requesterAccountId: string;
  workflowId: string;
  description: string;
  requestMessage?: string;
  redirectUrl?: string;
  notificationChannel: string;
  sessionDurationSeconds: number;
  onlySendByOwner: boolean;
  templateArn: string;
  parameters: { name: string; type: string; values: string[] }[];
  /** The template with the parameters put in: what the session is limited to. */
  permissionPolicy: string;
  state: DelegationState;
  /** Named by the request, or the account of the owner. */
  ownerAccountId?: string;
  owner?: DelegationIdentity;
  approver?: DelegationApprover;
  notes?: string;
  rejectionReason?: string;
  createdAtMs: number;
  updatedAtMs: number;
  /** When the trade-in token was released. */
  releasedAtMs?: number;
  /** Every state it has been in. */
  history: { state: DelegationState; atMs: number }[];
}

/** Key [request id]. */
export const delegationRequests = collection({
  name: "delegationRequests",
  key: ({ requestId }: DelegationRequest) => [requestId],
  unique: { byWorkflow: ({ requesterAccountId, workflowId }) => [requesterAccountId, workflowId] },
  indexes: {
    /** [owner's account id, owner's ARN, request id]: owned ones. */
    byOwner: ({ owner, ownerAccountId, requestId }) =>
      owner && ownerAccountId !== undefined ? [[ownerAccountId, owner.arn, requestId]] : [],
  },
});
