import { callAdmin } from "../connection.ts";
import type { Connection } from "../connection.ts";
import { CliProblem } from "../problem.ts";

/** What AWS would publish to the request's notification channel. */
export async function delegationNotifications(connection: Connection, id: string): Promise<unknown[]> {
  if (!/^[0-9a-f]{32}$/.test(id))
    throw new CliProblem(
      `${id.slice(0, 64)} is not the id of a delegation request.`,
      "CreateDelegationRequest answers with it.",
    );
  const answer = await callAdmin(connection, "GET", `/_rolecall/delegation-requests/${id}/notifications`);
  return (answer as { notifications: unknown[] }).notifications;
}
