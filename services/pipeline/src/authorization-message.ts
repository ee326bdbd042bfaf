import type { Access, Caller, Denied } from "@rolecall/access";
import type { MatchedStatement } from "@rolecall/policy/language";

/** What an encoded message tells of a refusal. */
export interface RefusedAuthorization {
  caller: Caller;
  action: string;
  resource: string;
  context: Readonly<Record<string, string | readonly string[]>>;
  /** The Deny statements that refused it; none when nothing allowed it. */
  statements: readonly MatchedStatement[];
}

/** What the message tells of a denial by the policy engine. */
export const refusedAuthorization = (denied: Denied, caller: Caller): RefusedAuthorization => ({
  caller,
  action: denied.check.action,
  resource: denied.check.resource,
  context: denied.context,
  statements: denied.statements,
});

/** Every list of the decoded message is wrapped so, and every scalar of a list. */
const items = <T>(list: readonly T[]): { items: readonly T[] } => ({ items: list });
const values = (list: readonly string[]): { items: readonly { value: string }[] } =>
  items(list.map((value) => ({ value })));

/** The inner members of a statement are known from public posts only; those of the outer message are certain. */
function shownStatement({ ref, statement }: MatchedStatement): object {
  return {
    statementId: ref.sid ?? "",
    effect: statement.effect === "Deny" ? "DENY" : "ALLOW",
    principals: values(statement.principals?.entries.map(({ value }) => value) ?? []),
    principalGroups: items([]),
    actions: values(statement.actions.values),
    resources: values(statement.resources?.values ?? []),
    conditions: items(
      statement.conditions.map(({ operator, key, values: wanted }) => ({
        function: operator,
        value: items([{ key, values: values(wanted) }]),
      })),
    ),
  };
}

/** The name of the principal without its account: the user's, or the session's. */
const nameOf = ({ arn, userName, claims }: Caller): string =>
  userName ?? claims?.sessionName ?? arn.slice(arn.lastIndexOf(":") + 1);

/**
 * The message as `DecodedMessage` gives it.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */
function decodedMessage(
  refused: RefusedAuthorization,
  keep: { statements: boolean; context: boolean },
): string {
  const { caller, action, resource, context, statements } = refused;
  return JSON.stringify({
    allowed: false,
    explicitDeny: statements.length > 0,
    matchedStatements: items(keep.statements ? statements.map(shownStatement) : []),
    // Faults of the evaluation itself: here such a request is answered as a failure, not as a denial.
    failures: items([]),
    context: {
      principal: { id: caller.userId ?? "", name: nameOf(caller), arn: caller.arn },
      action,
      resource,
      conditions: items(
        keep.context
          ? Object.entries(context).map(([key, value]) => ({ key, values: values([value].flat()) }))
          : [],
      ),
    },
  });
}

/**
 * The encoded message of a refusal, for services that add one to their errors, as EC2 does; IAM and STS do not.
 * Only callers of the denied caller's account that may do `sts:DecodeAuthorizationMessage` can read it.
 *
 * A message that would be too long leaves out what its statements say, then the request context as well.
 * Anonymous callers get none: no account could read it.
 */
export function encodedAuthorizationMessage(
  refused: RefusedAuthorization,
  access: Access,
): string | undefined {
  const { accountId, principal } = refused.caller;
  if (principal.kind === "anonymous") return undefined;
  for (const keep of [
    { statements: true, context: true },
    { statements: false, context: true },
    { statements: false, context: false },
  ]) {
    const encoded = access.sealMessage({ accountId, text: decodedMessage(refused, keep) });
    if (encoded !== undefined) return encoded;
  }
  return undefined;
}
