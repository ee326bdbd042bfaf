import { AccessDenied, InvalidClientTokenId } from "@rolecall/model";
import type { AwsError } from "@rolecall/model";
import type { Caller } from "./caller.ts";

const invalidToken = (): AwsError =>
  InvalidClientTokenId("The security token included in the request is invalid");

interface Limit {
  /** Which credentials. */
  of: (caller: Caller) => boolean;
  /** Which actions they cannot be used for, whatever policies say. */
  refuses: (action: string) => boolean;
  error: (action: string) => AwsError;
}

const operationOf = (action: string): string => action.slice(action.indexOf(":") + 1);
const isSession = (caller: Caller): boolean => caller.claims !== undefined;
const isIam = (action: string): boolean => action.startsWith("iam:");
const isSts = (action: string): boolean => action.startsWith("sts:");

/**
 * What a kind of credential cannot do, beyond any policy.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
 */
const limits: readonly Limit[] = [
  {
    of: isSession,
    refuses: (action) => action === "sts:GetSessionToken" || action === "sts:GetFederationToken",
    error: (action) => AccessDenied(`Cannot call ${operationOf(action)} with session credentials`),
  },
  {
    of: (caller) => caller.principal.kind === "root",
    refuses: (action) => action === "sts:AssumeRole",
    error: () => AccessDenied("Roles may not be assumed by root accounts."),
  },
  {
    // AWS's sentence is not recorded.
    of: (caller) => caller.principal.kind === "root",
    refuses: (action) => action === "sts:AssumeRoot",
    error: () => AccessDenied("AssumeRoot cannot be called with root user credentials."),
  },
  {
    // Privileged tasks are its only use; the task policies allow nothing of STS.
    of: (caller) => caller.principal.kind === "assumed-root",
    refuses: (action) => isSts(action) && action !== "sts:GetCallerIdentity",
    error: (action) => AccessDenied(`Cannot call ${operationOf(action)} with session credentials`),
  },
  {
    // Observed, not documented: IAM answers these as it answers an unknown token.
    of: ({ claims }) =>
      claims?.kind === "session-token" &&
      claims.mfaAtSeconds === undefined &&
      // To manage roles for a while is what access is delegated for.
      claims.delegationRequestId === undefined,
    refuses: isIam,
    error: invalidToken,
  },
  {
    of: (caller) => caller.claims?.kind === "session-token",
    refuses: (action) => isSts(action) && action !== "sts:AssumeRole" && action !== "sts:GetCallerIdentity",
    error: (action) => AccessDenied(`Cannot call ${operationOf(action)} with session credentials`),
  },
  { of: (caller) => caller.principal.kind === "federated-user", refuses: isIam, error: invalidToken },
  {
    of: (caller) => caller.principal.kind === "federated-user",
    refuses: (action) => isSts(action) && action !== "sts:GetCallerIdentity",
    error: (action) => AccessDenied(`Cannot call ${operationOf(action)} with federated user credentials`),
  },
];

/** The refusal that these credentials meet for this action, if any. */
export function credentialLimit(caller: Caller, action: string): AwsError | undefined {
  return limits.find((limit) => limit.of(caller) && limit.refuses(action))?.error(action);
}
