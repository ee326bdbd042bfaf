import type { Access, Caller, Denied } from "@rolecall/access";
import { AccessDenied } from "@rolecall/model";
import type { AwsError } from "@rolecall/model";
import type { Random } from "@rolecall/identifiers";
import type { Store } from "@rolecall/store-contract";
import { encodedAuthorizationMessage, refusedAuthorization } from "./authorization-message.ts";
import type { Journey } from "./journey.ts";
import { reasonOf } from "./reason.ts";

/** How long a decision record is kept: as long as AWS keeps its own. */
export const decisionRecordLifetimeMs = 24 * 60 * 60 * 1000;

/** What is kept of a refused request, for `rolecall why` and the IAM Toolbox API. */
export interface AuthorizationRecord {
  id: string;
  /** ISO 8601, UTC. */
  at: string;
  requestId: string;
  eventSource: string;
  eventName: string;
  caller: { arn: string; accountId: string; userId?: string; kind: string; accessKeyId?: string };
  sentence: string;
  reason: string;
  evaluations: Denied["evaluations"];
}

/** 128 random bits in base 36, lower case: 25 characters, the alphabet and length of AWS's own ids. */
function authorizationId(random: Random): string {
  const number = BigInt(`0x${Buffer.from(random(16)).toString("hex")}`);
  return number.toString(36).padStart(25, "0");
}

const isOwn = ({ check: { resourceAccountId } }: Denied, caller: Caller): boolean =>
  resourceAccountId === undefined || resourceAccountId === caller.accountId;

/**
 * Records a refusal and makes the error that tells it: AWS's sentence, byte for byte, then the id of the
 * record. With `explain: "inline"` the reason stands between the two, unless the resource is another account's: what
 * its policies say, and whether there is such a resource, is not for strangers.
 *
 * INVARIANT: the record is stored before the id is told, so an id that a client holds can be looked up.
 */
export async function denial(
  denied: Denied,
  journey: Journey,
  options: { store: Store; access: Access; random: Random; explain: "inline" | "record" },
): Promise<AwsError> {
  const { caller, exchange, service, operation } = journey;
  const reason = reasonOf(denied);
  const record: AuthorizationRecord = {
    id: authorizationId(options.random),
    at: new Date(exchange.receivedAtMs).toISOString(),
    requestId: exchange.requestId,
    eventSource: service.eventSource,
    eventName: operation?.name ?? "Unknown",
    caller: {
      arn: caller.arn,
      accountId: caller.accountId,
      ...(caller.userId !== undefined && { userId: caller.userId }),
      kind: caller.principal.kind,
      ...(caller.accessKeyId !== undefined && { accessKeyId: caller.accessKeyId }),
    },
    sentence: denied.sentence,
    reason,
    evaluations: denied.evaluations,
  };
  // Anonymous callers get no id: they could fill the store.
  if (caller.principal.kind === "anonymous") return AccessDenied(denied.sentence);
  await options.store.write(async (tx) => {
    await tx.decisions.put({
      id: record.id,
      accountId: caller.accountId,
      ...(denied.check.resourceAccountId !== undefined && {
        resourceAccountId: denied.check.resourceAccountId,
      }),
      atMs: exchange.receivedAtMs,
      expiresAtMs: exchange.receivedAtMs + decisionRecordLifetimeMs,
      record,
    });
  });
  const why = options.explain === "inline" && isOwn(denied, caller) ? ` Reason: ${reason}` : "";
  const tail = `For complete details, run rolecall why with the following authorization id: ${record.id}`;
  const encoded = service.encodesDenials
    ? encodedAuthorizationMessage(refusedAuthorization(denied, caller), options.access)
    : undefined;
  const message = encoded === undefined ? "" : ` Encoded authorization failure message: ${encoded}`;
  return AccessDenied(`${denied.sentence}.${why} ${tail}${message}`);
}
