import { iam, InvalidInput } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { parsePolicy } from "@rolecall/policy";
import type { DelegationRequest } from "@rolecall/store-contract";
import { boundaryArns } from "./policy-template.ts";
import { findRequest, requestCheck } from "./requests.ts";

/** The text is written in one language. */
const locale = "en";

function requestIdOf(arn: string): string {
  const [prefix, partition, service, , , resource = ""] = arn.split(":");
  const [type, id] = resource.split("/");
  if (prefix !== "arn" || partition !== "aws" || service !== "iam" || type !== "delegation-request" || !id)
    throw InvalidInput(`${arn} is not the ARN of a delegation request.`);
  return id;
}

const listed = (values: readonly string[]): string => values.join(", ");

function duration(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), "hour"],
    [Math.floor((seconds % 3600) / 60), "minute"],
    [seconds % 60, "second"],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? "" : "s"}`)
    .join(" ");
}

/** What each statement says, as it stands: nothing is left out, nothing is judged. */
function statementLines(permissionPolicy: string): string[] {
  const parsed = parsePolicy(permissionPolicy, "session");
  if (!parsed.ok) return [];
  return parsed.policy.statements.flatMap(({ effect, actions, resources, conditions }) => [
    `- ${effect === "Allow" ? "It may" : "It may not"} do ${actions.not ? "everything but " : ""}${listed(actions.values)}`,
    `  on ${resources?.not ? "everything but " : ""}${listed(resources?.values ?? [])}`,
    ...conditions.map(({ operator, key, values }) => `  if ${key} ${operator} ${listed(values)}`),
  ]);
}

/** Own words of ours, the same for the same request; at AWS a language model writes them. */
export function summaryOf(request: DelegationRequest, requesterName: string): string {
  const boundaries = boundaryArns(request.permissionPolicy);
  return [
    `${requesterName} (account ${request.requesterAccountId}) asks to act in this account in the name of who approves, for ${duration(request.sessionDurationSeconds)} after the token is sent.`,
    `Purpose: ${request.description}`,
    "Within what the approver may do, and no more than this policy:",
    ...statementLines(request.permissionPolicy),
    ...(boundaries.length > 0
      ? [`Roles that it makes or changes are limited by the permissions boundary ${listed(boundaries)}.`]
      : []),
  ].join("\n");
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetHumanReadableSummary.html */
export const GetHumanReadableSummary = operation(iam, "GetHumanReadableSummary", {
  authorization: ({ EntityArn }, context) =>
    requestCheck(requestIdOf(EntityArn), context, "iam:GetHumanReadableSummary", true),
  handle: ({ EntityArn }, { store, accountId }) =>
    store.read(async (tx) => {
      const request = await findRequest(tx, requestIdOf(EntityArn), accountId);
      const requester = await tx.accounts.get(request.requesterAccountId);
      return {
        SummaryContent: summaryOf(request, requester?.name ?? ""),
        Locale: locale,
        SummaryState: "AVAILABLE",
      };
    }),
});
