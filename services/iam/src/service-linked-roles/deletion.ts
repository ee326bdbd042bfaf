import { forgetUsage } from "@rolecall/access";
import { roleArn } from "@rolecall/identifiers";
import { iam, InvalidInput, NoSuchEntity } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation, uuid } from "@rolecall/pipeline";
import type { ServiceLinkedRoleDeletion, WriteTx } from "@rolecall/store-contract";
import { entityCheck } from "../checks.ts";
import { find, role } from "../identity-kinds.ts";
import { serviceLinkedRolePath } from "../roles/protected-roles.ts";
import { usageOf } from "./usage.ts";

/** What became of a deletion can be asked for so long. */
const keptMs = 30 * 24 * 3600 * 1000;
const forgottenAtOnce = 100;

async function forgetOld(tx: WriteTx, accountId: string, nowMs: number): Promise<void> {
  const oldest = await tx.serviceLinkedRoleDeletions.listBy("byTime", [accountId], {
    limit: forgottenAtOnce,
  });
  for (const { record } of oldest)
    if (record.requestedAtMs < nowMs - keptMs)
      await tx.serviceLinkedRoleDeletions.delete(accountId, record.taskId);
}

/**
 * Deletes a service-linked role, unless its service still uses it. AWS works on this for a while; here it is done,
 * or has failed, when the task id is answered, so no task can be lost by a restart.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html
 */
export const DeleteServiceLinkedRole = operation(iam, "DeleteServiceLinkedRole", {
  authorization: ({ RoleName }, context) => entityCheck(role, RoleName, context),
  async handle({ RoleName }, { accountId, store, random, nowMs }) {
    const taskUuid = uuid(random);
    return store.write(async (tx) => {
      const found = await find(role, tx, accountId, RoleName);
      // An ordinary role is not found here: the code is declared, the sentence is ours.
      if (!found.serviceLinked)
        throw NoSuchEntity(`The role with name ${RoleName} is not a service-linked role.`);
      const failure = await usageOf(tx, found);
      if (!failure) {
        await forgetUsage(tx, accountId, found.roleId);
        await tx.roles.delete(accountId, found.name);
      }
      const taskId = `task/aws-service-role/${found.serviceLinked.serviceName}/${found.name}/${taskUuid}`;
      await forgetOld(tx, accountId, nowMs);
      await tx.serviceLinkedRoleDeletions.insert({
        accountId,
        taskId,
        requestedAtMs: nowMs,
        status: failure ? "FAILED" : "SUCCEEDED",
        ...(failure && { failure }),
      });
      return { DeletionTaskId: taskId };
    });
  },
});

const taskPattern = /^task\/aws-service-role\/([\w+=,.@-]{1,128})\/([\w+=,.@-]{1,64})\/[0-9a-f-]{36}$/;

/** The ARN that the role of a deletion task had. @throws InvalidInput for what is no task id; the sentence is ours */
function roleOfTask(taskId: string, accountId: string): { arn: string; name: string } {
  const [, serviceName, name] = taskPattern.exec(taskId) ?? [];
  if (serviceName === undefined || name === undefined) throw InvalidInput("Invalid task id");
  return { arn: roleArn(accountId, serviceLinkedRolePath(serviceName), name), name };
}

const reasonOf = ({ failure }: ServiceLinkedRoleDeletion): Iam.DeletionTaskFailureReasonType | undefined =>
  failure && {
    Reason: failure.reason,
    RoleUsageList: failure.usage.map(({ region, resources }) => ({ Region: region, Resources: resources })),
  };

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html */
export const GetServiceLinkedRoleDeletionStatus = operation(iam, "GetServiceLinkedRoleDeletionStatus", {
  authorization({ DeletionTaskId }, { accountId }) {
    const { arn, name } = roleOfTask(DeletionTaskId, accountId);
    return { resource: arn, shownAs: `role ${name}` };
  },
  async handle({ DeletionTaskId }, { accountId, store }) {
    const task = await store.read((tx) => tx.serviceLinkedRoleDeletions.get(accountId, DeletionTaskId));
    // The sentence is ours.
    if (!task) throw NoSuchEntity("Cannot find deletion status for given id.");
    return { Status: task.status, Reason: reasonOf(task) };
  },
});
