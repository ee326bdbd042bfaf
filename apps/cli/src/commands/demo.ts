import { randomBytes } from "node:crypto";
import { colors as pc } from "../colors.ts";
import { callAdmin, connect, RequestRefused, storedProfiles } from "../connection.ts";
import type { Connection, ConnectionOptions } from "../connection.ts";
import { cleanUp } from "../demo/clean-up.ts";
import { accountA, accountB, bucketsOf, story } from "../demo/story.ts";
import type { Cast, Step } from "../demo/story.ts";
import { actor, outcomeOf } from "../demo/theatre.ts";
import type { Actor, Outcome } from "../demo/theatre.ts";
import { CliProblem } from "../problem.ts";
import { createAccount, profileOf } from "./account.ts";

interface ListedEvent {
  requestID: string;
  eventName: string;
}

/** The root of an account of the story; the account is made if it is not there yet. */
async function rootOf(connection: Connection, id: string, name: string): Promise<Actor> {
  const known = storedProfiles(connection.credentialsFile).get(profileOf(id));
  if (known) return actor(`root of ${id}`, connection.endpoint, known);
  try {
    return actor(`root of ${id}`, connection.endpoint, await createAccount(connection, id, name));
  } catch (error) {
    if (error instanceof RequestRefused && error.code.startsWith("EntityAlreadyExists"))
      throw new CliProblem(
        `Account ${id} exists, but its root key is not in ${connection.credentialsFile}.`,
        "Run the demo with the --data DIR of the server that it talks to.",
      );
    throw error;
  }
}

/** The clock control, if the server was started with `--allow-reset`. */
async function clockControl(
  connection: Connection,
): Promise<((offsetMs: number) => Promise<void>) | undefined> {
  const move = async (offsetMs: number): Promise<void> => {
    await callAdmin(connection, "POST", "/_rolecall/clock", { offsetMs });
    connection.clockOffsetMs = offsetMs;
  };
  try {
    await move(0);
    return move;
  } catch (error) {
    if (error instanceof RequestRefused && error.status === 403) return undefined;
    throw error;
  }
}

/** Prints one step and tells whether it came out as it should. */
function judge(number: number, step: Step, outcome: Outcome & { answer: unknown }): boolean {
  const wrongCode = !step.expect.includes(outcome.code);
  const lacking = wrongCode
    ? `expected ${step.expect.join(" or ")}`
    : step.holds?.(outcome.answer, outcome.message);
  const good = lacking === undefined;
  const sign = good ? pc.green("✓") : pc.red("✗");
  process.stdout.write(`${sign} ${String(number).padStart(2)}. ${step.title}\n`);
  process.stdout.write(`       ${pc.dim(step.call)} → ${outcome.code === "OK" ? "allowed" : outcome.code}\n`);
  if (outcome.message !== "") process.stdout.write(`       ${pc.dim(outcome.message)}\n`);
  if (!good) process.stdout.write(`       ${pc.red(lacking)}\n`);
  return good;
}

/** Callers whose credentials prove nothing, such as sessions of a deleted role, have no account. */
const noAccount = "anonymous";

/** Every call must have left an event in its caller's account. */
async function auditStep(connection: Connection, requestIds: readonly string[]): Promise<boolean> {
  const seen = new Map<string, number>();
  for (const account of [accountA, accountB, noAccount]) {
    const answer = (await callAdmin(connection, "GET", `/_rolecall/events/${account}`)) as {
      events: ListedEvent[];
    };
    for (const { requestID } of new Map(answer.events.map((e) => [e.requestID, e])).values())
      seen.set(requestID, (seen.get(requestID) ?? 0) + 1);
  }
  const missing = requestIds.filter((id) => !seen.has(id));
  const good = missing.length === 0 && requestIds.length > 0;
  process.stdout.write(
    `${good ? pc.green("✓") : pc.red("✗")} ${good ? "Each step left its audit event" : `${missing.length} steps left no audit event`} (${requestIds.length} requests, denied ones included)\n`,
  );
  return good;
}

/**
 * Plays the main story against a running server with the stock AWS SDK. True when every outcome was the
 * expected one.
 */
export async function demo(options: ConnectionOptions): Promise<boolean> {
  const connection = connect(options);
  // Between the lines of the story the SDK's remark on the age of this Node would be noise.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  const rootA = await rootOf(connection, accountA, "dev");
  const rootB = await rootOf(connection, accountB, "prod");
  await cleanUp(rootA.iam, rootB.iam, [rootA.s3, rootB.s3]);
  const moveClock = await clockControl(connection);
  const steps = story(bucketsOf(randomBytes(4).toString("hex")), {
    actor: (name, credentials) => actor(name, connection.endpoint, credentials),
    moveClock,
  });

  const cast: Cast = { rootA, rootB, bob: rootA, session: rootA };
  const requestIds: string[] = [];
  let wrong = 0;
  for (const [index, step] of steps.entries()) {
    const outcome = await outcomeOf(() => step.run(cast));
    if (outcome.requestId !== undefined) requestIds.push(outcome.requestId);
    if (!judge(index + 1, step, outcome)) wrong++;
  }
  if (!moveClock)
    process.stdout.write(
      `${pc.yellow("-")} Expiry is not shown: the server was not started with --allow-reset, so its clock stands as it is\n`,
    );
  if (!(await auditStep(connection, requestIds))) wrong++;
  await cleanUp(rootA.iam, rootB.iam, [rootA.s3, rootB.s3]);
  process.stdout.write(
    `\n${steps.length + 1 - wrong} passed, ${wrong} failed${moveClock ? "" : ", 1 skipped"}\n`,
  );
  return wrong === 0;
}
