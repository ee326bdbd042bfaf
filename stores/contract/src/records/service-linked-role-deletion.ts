import { collection } from "../collection.ts";
import { orderedTime } from "./ordered-time.ts";

/**
 * What became of a request to delete a service-linked role.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html
 */
export interface ServiceLinkedRoleDeletion {
  accountId: string;
  /** `task/aws-service-role/SERVICE/NAME/UUID` */
  taskId: string;
  requestedAtMs: number;
  status: "SUCCEEDED" | "FAILED";
  /** Of a deletion that failed. */
  failure?: { reason: string; usage: { region: string; resources: string[] }[] };
}

/** Key [account id, task id]. */
export const serviceLinkedRoleDeletions = collection({
  name: "serviceLinkedRoleDeletions",
  key: ({ accountId, taskId }: ServiceLinkedRoleDeletion) => [accountId, taskId],
  indexes: {
    /** [account id, time of the request] */
    byTime: ({ accountId, requestedAtMs }) => [[accountId, orderedTime(requestedAtMs)]],
  },
});
