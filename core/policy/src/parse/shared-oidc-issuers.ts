import type { ConditionElement } from "./policy.ts";
import { parseOperator } from "../conditions/operators.ts";

const subject = (issuer: string): readonly [string, readonly string[]] => [issuer, [`${issuer}:sub`]];
const audience = (issuer: string): readonly [string, readonly string[]] => [issuer, [`${issuer}:aud`]];
const github = "token.actions.githubusercontent.com";

/**
 * Identity providers that many customers share -> the claims of which a trust policy must evaluate one, or anybody's
 * token would do.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
 */
const claims: ReadonlyMap<string, readonly string[]> = new Map([
  audience("cognito-identity.amazonaws.com"),
  audience("api.pulumi.com/oidc"),
  audience("sandboxes.cloud"),
  audience("oidc.vercel.com"),
  // Azure Sentinel.
  ["sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d", ["sts:RoleSessionName"]],
  // Observed, not documented: the workflow serves as well as the subject.
  [github, [`${github}:sub`, `${github}:job_workflow_ref`]],
  ...[
    "agent.buildkite.com",
    "oidc.codefresh.io",
    "studio.datachain.ai/api",
    "oidc-configuration.audit-log.githubusercontent.com",
    "vstoken.actions.githubusercontent.com",
    "gitlab.com",
    "scalr.io",
    "tokens.cloud.shisho.dev",
    "app.terraform.io",
    "proidc.upbound.io",
    "rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7",
    "rh-oidc.s3.us-east-1.amazonaws.com/23e3sd27sju1hoou6ohfs68vbno607tr",
    "rh-oidc.s3.us-east-1.amazonaws.com/23ne21h005qjl3n33d8dui5dlrmv2tmg",
    "rh-oidc.s3.us-east-1.amazonaws.com/24jrf12m5dj7ljlfb4ta2frhrcoadm26",
    "oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb",
    "oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu",
  ].map(subject),
]);

/**
 * The claims of a Federated principal of which one must be evaluated and is not.
 *
 * @param provider provider ARN or host name, as it stands in the policy
 */
export function missingClaims(
  provider: string,
  conditions: readonly ConditionElement[],
): readonly string[] | undefined {
  const marker = ":oidc-provider/";
  const at = provider.indexOf(marker);
  const keys = claims.get(at === -1 ? provider : provider.slice(at + marker.length));
  if (keys === undefined) return undefined;
  const wanted = keys.map((key) => key.toLowerCase());
  return conditions.some((one) => wanted.includes(one.key.toLowerCase()) && narrows(one)) ? undefined : keys;
}

/** A positive text operator that an absent claim does not pass, and no value that takes everything. */
function narrows({ operator, values }: ConditionElement): boolean {
  const parsed = parseOperator(operator);
  if (parsed === undefined || parsed.ifExists || parsed.set === "ForAllValues") return false;
  const { base } = parsed;
  if (base !== "StringEquals" && base !== "StringEqualsIgnoreCase" && base !== "StringLike") return false;
  return (
    values.length > 0 && values.every((value) => [...value].some((char) => char !== "*" && char !== "?"))
  );
}
