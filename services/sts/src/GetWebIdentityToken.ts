import {
  maxWebIdentityTokenSeconds,
  organizationOf,
  requestTagContext,
  webIdentityAlgorithms,
  webIdentityKey,
} from "@rolecall/access";
import type { Caller, OrganizationFacts, WebIdentityAlgorithm } from "@rolecall/access";
import {
  JWTPayloadSizeExceededException,
  OutboundWebIdentityFederationDisabledException,
  SessionDurationEscalationException,
  sts,
  ValidationError,
} from "@rolecall/model";
import type { Sts } from "@rolecall/model";
import { operation, uuid } from "@rolecall/pipeline";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import { SignJWT } from "jose";
import { sessionTags } from "./session-tags.ts";

const defaultDurationSeconds = 300;
/** Characters of a token's claims. AWS does not publish its own figure. */
const maxPayloadLength = 8192;
/** Under which a token's claims of AWS's own stand. */
const claimsNamespace = "https://sts.amazonaws.com/";

const durationOf = ({ DurationSeconds = defaultDurationSeconds }: Sts.GetWebIdentityTokenRequest): number =>
  DurationSeconds;

/** The model takes any text of the right length. */
function algorithmOf({ SigningAlgorithm: given }: Sts.GetWebIdentityTokenRequest): WebIdentityAlgorithm {
  const algorithm = webIdentityAlgorithms.find((known) => known === given);
  if (algorithm !== undefined) return algorithm;
  throw ValidationError(
    `1 validation error detected: Value '${given}' at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [${webIdentityAlgorithms.join(", ")}]`,
  );
}

function checks(input: Sts.GetWebIdentityTokenRequest): CheckFacts[] {
  const check: CheckFacts = {
    resource: "*",
    context: {
      "sts:IdentityTokenAudience": [...input.Audience],
      "sts:SigningAlgorithm": algorithmOf(input),
      "sts:DurationSeconds": String(durationOf(input)),
      ...requestTagContext(input.Tags),
    },
  };
  const hasTags = input.Tags !== undefined && input.Tags.length > 0;
  return hasTags ? [check, { ...check, action: "sts:TagGetWebIdentityToken" }] : [check];
}

/** A role's session speaks for the role; everybody else for himself. */
const subjectOf = ({ principal, arn }: Caller): string =>
  principal.kind === "role-session" ? principal.roleArn : arn;

/** A token must not outlive the session that asked for it. */
function requireWithinSession(seconds: number, { claims }: Caller, nowMs: number): void {
  if (claims === undefined || Math.floor(nowMs / 1000) + seconds <= claims.expiresAtSeconds) return;
  // AWS's sentence is not recorded.
  throw SessionDurationEscalationException(
    "The requested token duration would exceed the remaining duration of the calling session.",
  );
}

/** Issuer and organization of the caller's account. @throws OutboundWebIdentityFederationDisabledException */
async function issuerOf({ store, accountId }: OperationContext): Promise<{
  url: string;
  organization: OrganizationFacts | undefined;
}> {
  return store.read(async (tx) => {
    const issuer = (await tx.accounts.get(accountId))?.outboundWebIdentity;
    if (!issuer?.isEnabled)
      // AWS's sentence is not recorded.
      throw OutboundWebIdentityFederationDisabledException(
        "Outbound web identity federation is not enabled for this account.",
      );
    return { url: issuer.url, organization: await organizationOf(tx, accountId) };
  });
}

const tagsClaim = (name: string, tags: readonly (readonly [string, string])[]): object =>
  tags.length > 0 ? { [name]: Object.fromEntries(tags) } : {};

/**
 * A signed token that says to other services who the caller is; they verify it with the issuer's published keys.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html
 */
export const GetWebIdentityToken = operation(sts, "GetWebIdentityToken", {
  authorization: checks,

  async handle(input, context) {
    const { caller, store, access, accountId, random, nowMs, region } = context;
    const { url, organization } = await issuerOf(context);
    const seconds = durationOf(input);
    if (seconds > maxWebIdentityTokenSeconds) throw new Error("the model bounds the duration");
    requireWithinSession(seconds, caller, nowMs);
    const issuedAt = Math.floor(nowMs / 1000);
    const expiresAt = issuedAt + seconds;
    // Refuses keys that are given twice or reserved.
    const { tags } = sessionTags(input.Tags, undefined, undefined);
    const [audience, ...others] = input.Audience;
    const claims = {
      iss: url,
      aud: audience !== undefined && others.length === 0 ? audience : [...input.Audience],
      sub: subjectOf(caller),
      iat: issuedAt,
      exp: expiresAt,
      jti: uuid(random),
      [claimsNamespace]: {
        aws_account: accountId,
        source_region: region,
        ...(organization && { org_id: organization.id, ou_path: organization.path }),
        ...tagsClaim(
          "principal_tags",
          caller.tags.map(({ key, value }) => [key, value]),
        ),
        ...tagsClaim("request_tags", Object.entries(tags)),
      },
    };
    if (JSON.stringify(claims).length > maxPayloadLength)
      throw JWTPayloadSizeExceededException(
        "The claims of the token exceed the size that is allowed; pass fewer tags or audiences.",
      );
    const algorithm = algorithmOf(input);
    const keeper = { store, masterKey: access.masterKey, random, nowMs };
    const { keyId, privateKey } = await webIdentityKey(accountId, algorithm, keeper);
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, kid: keyId, typ: "JWT" })
      .sign(privateKey);
    return { WebIdentityToken: token, Expiration: new Date(expiresAt * 1000) };
  },
});
