import type { PolicyType } from "../compile/policy-ref.ts";
import type { DenyDecision } from "../evaluate/decision.ts";

/** What goes into the sentence of a denial. */
export interface DenialSentenceArgs {
  readonly callerArn: string;
  /** Spelt as in the Service Authorization Reference. */
  readonly action: string;
  /** The text to show after "on resource: "; undefined leaves the part out. */
  readonly resource: string | undefined;
  readonly decision: DenyDecision;
  /** `bare` has no reason: sts:AssumeRole, GetFederationToken, S3 across accounts. Default `full`. */
  readonly form?: "full" | "bare";
  /** Appends the ARN of the denying managed policy, SCP or RCP, as IAM does since 2026. Default false. */
  readonly withPolicyArn?: boolean;
}

/** `an identity-based policy`, and so on. */
const denying: Record<PolicyType, string> = {
  identity: "an identity-based policy",
  resource: "a resource-based policy",
  trust: "the role trust policy",
  boundary: "a permissions boundary",
  session: "a session policy",
  scp: "a service control policy",
  rcp: "a resource control policy",
  endpoint: "a VPC endpoint policy",
};

/** What may follow "because no". */
const lackingName: Record<PolicyType, string> = {
  identity: "identity-based policy",
  resource: "resource-based policy",
  trust: "role trust policy",
  boundary: "permissions boundary",
  session: "session policy",
  scp: "service control policy",
  rcp: "resource control policy",
  endpoint: "VPC endpoint policy",
};

/** Policy types whose ARN may stand at the end of an explicit denial. */
const namedByArn: ReadonlySet<PolicyType> = new Set(["identity", "boundary", "session", "scp", "rcp"]);

/**
 * AWS's sentence for a denial, without the authorization id's tail.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function denialSentence(args: DenialSentenceArgs): string {
  const { callerArn, action, resource, decision, form = "full", withPolicyArn = false } = args;
  const onResource = resource === undefined ? "" : ` on resource: ${resource}`;
  const head = `User: ${callerArn} is not authorized to perform: ${action}${onResource}`;
  if (form === "bare") return head;
  if (decision.kind === "implicit")
    return `${head} because no ${lackingName[decision.layer]} allows the ${action} action`;
  const arn = decision.because[0]?.policy.arn;
  const named = withPolicyArn && arn !== undefined && namedByArn.has(decision.layer);
  return `${head} with an explicit deny in ${denying[decision.layer]}${named ? `: ${arn}` : ""}`;
}
