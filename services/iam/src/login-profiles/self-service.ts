import type { OperationContext } from "@rolecall/pipeline";
import type { StoredPolicy } from "@rolecall/store-contract";

/**
 * What `AllowUsersToChangePassword` gives each user of the account without any policy of his own: the action on
 * himself alone, and sight of the rules. It joins the decision as a policy of the resource that names the user, so
 * his explicit denials and his organization's controls still hold.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_enable-user-change.html
 */
export async function selfServiceGrant(
  action: string,
  resource: string,
  { store, accountId, caller }: OperationContext,
): Promise<{ resourcePolicy?: StoredPolicy }> {
  const { principal } = caller;
  if (principal.kind !== "user") return {};
  const policy = await store.read((tx) => tx.passwordPolicies.get(accountId));
  if (!policy?.allowsUsersToChange) return {};
  const statement = {
    Sid: "AllowUsersToChangePassword",
    Effect: "Allow",
    Principal: { AWS: principal.arn },
    Action: action,
    Resource: resource,
  };
  const document = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  return { resourcePolicy: { document, principalIds: { [principal.arn]: principal.uniqueId } } };
}
