import { auditEvent } from "@rolecall/audit";
import type { AuditEvent, EventFacts } from "@rolecall/audit";
import type { Random } from "@rolecall/identifiers";
import { plainAddress } from "./request-facts.ts";
import type { Journey } from "./journey.ts";
import { foreignIdentity, userIdentity } from "./user-identity.ts";
import { uuid } from "./uuid.ts";
import { header } from "./wire.ts";

/** CloudTrail writes the exception's name where the wire has the short code; authorization is the exception. */
function errorCode(code: string, eventSource: string): string {
  const plain = code === "AccessDenied" || code.endsWith("Exception") || eventSource === "s3.amazonaws.com";
  if (plain) return code;
  return exceptionNames.get(code) ?? (declaredCodes.has(code) ? `${code}Exception` : code);
}

/** Exceptions whose name is not the code with a suffix. */
const exceptionNames = new Map([
  ["ReportExpired", "CredentialReportExpiredException"],
  ["ReportInProgress", "CredentialReportNotReadyException"],
  ["ReportNotPresent", "CredentialReportNotPresentException"],
]);

const declaredCodes = new Set([
  "NoSuchEntity",
  "EntityAlreadyExists",
  "EntityTemporarilyUnmodifiable",
  "LimitExceeded",
  "DeleteConflict",
  "MalformedPolicyDocument",
  "ConcurrentModification",
  "InvalidInput",
  "UnmodifiableEntity",
  "PackedPolicyTooLarge",
  "DuplicateCertificate",
  "DuplicateSSHPublicKey",
  "InvalidAuthenticationCode",
  "InvalidCertificate",
  "InvalidPublicKey",
  "InvalidUserType",
  "KeyPairMismatch",
  "MalformedCertificate",
  "PasswordPolicyViolation",
  "UnrecognizedPublicKeyEncoding",
]);

/**
 * The events of one finished request: one for the caller's account (for an unsigned caller, the account it
 * worked on), and one for each further account that AWS tells.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
 */
export function auditRequest(journey: Journey, random: Random): AuditEvent[] {
  const { exchange, service, operation, caller, error } = journey;
  const details =
    operation && journey.context
      ? operation.describe(journey.input, error ? undefined : journey.output, journey.context)
      : {};
  const isRefusal = error?.code === "AccessDenied";
  const shared = error ? [] : (details.sharedWith ?? []);
  const sharedEventId = shared.length > 0 ? uuid(random) : undefined;
  const host = header(exchange.request, "host");
  const facts: EventFacts = {
    userIdentity: userIdentity(caller),
    atMs: exchange.receivedAtMs,
    eventSource: service.eventSource,
    eventName: operation?.name ?? "Unknown",
    region: journey.region,
    sourceIpAddress: plainAddress(exchange.request.remoteAddress),
    userAgent: header(exchange.request, "user-agent") ?? "",
    error: error && { code: errorCode(error.code, service.eventSource), message: error.message },
    // Sampled records of AWS: an authorization failure shows no parameters.
    requestParameters: isRefusal && service.id !== "s3" ? null : (details.requestParameters ?? null),
    responseElements: error ? null : (details.responseElements ?? null),
    requestId: exchange.requestId,
    eventId: uuid(random),
    readOnly: operation?.readOnly ?? true,
    resources: details.resources,
    category: details.category ?? "Management",
    recipientAccountId: caller.accountId === "anonymous" ? (shared[0] ?? "anonymous") : caller.accountId,
    sharedEventId,
    hostHeader: host?.slice(0, 256),
    tls: exchange.request.tls,
  };
  const copies = shared
    .filter((accountId) => accountId !== facts.recipientAccountId)
    .map((recipientAccountId) =>
      auditEvent({
        ...facts,
        userIdentity: foreignIdentity(caller),
        eventId: uuid(random),
        recipientAccountId,
      }),
    );
  return [auditEvent(facts), ...copies];
}
