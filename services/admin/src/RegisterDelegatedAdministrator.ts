import { isAccountId } from "@rolecall/identifiers";
import { awsError, ValidationError } from "@rolecall/model";
import { anyOperation } from "@rolecall/pipeline";
import { adminCheck } from "./admin-check.ts";
import { iamPrincipal, installationOrganization, noOrganization, told } from "./organization-record.ts";
import type { ToldOrganization } from "./organization-record.ts";
import { jsonAnswer, jsonBody } from "./rest-json.ts";

/**
 * Lets a member account administer IAM for the organization: its central root access.
 *
 * `POST /_rolecall/organization/delegated-administrators` `{"accountId":"111122223333"}`
 */
export const RegisterDelegatedAdministrator = anyOperation<
  { accountId: string },
  { organization: ToldOrganization }
>({
  name: "RegisterDelegatedAdministrator",
  readOnly: false,
  allowsUnsigned: false,
  decode(exchange) {
    const { accountId, ...rest } = jsonBody(exchange);
    const unknown = Object.keys(rest)[0];
    if (unknown !== undefined)
      throw ValidationError(`Unknown member ${JSON.stringify(unknown.slice(0, 64))}.`);
    if (typeof accountId !== "string" || !isAccountId(accountId))
      throw ValidationError("accountId must be twelve decimal digits.");
    return { accountId };
  },
  authorization: ({ accountId }, context) =>
    adminCheck(context, "RegisterDelegatedAdministrator", `account/${accountId}`),
  async handle({ accountId }, { store }) {
    const changed = await store.write(async (tx) => {
      const organization = await installationOrganization(tx);
      if (!organization) throw noOrganization();
      const account = await tx.accounts.get(accountId);
      if (account?.organizationId !== organization.organizationId)
        throw awsError(
          "AccountNotFoundException",
          400,
          `Account ${accountId} is not a member of the organization.`,
        );
      if (accountId === organization.managementAccountId)
        throw awsError(
          "ConstraintViolationException",
          400,
          "The management account cannot be a delegated administrator.",
        );
      if (organization.delegatedAdministrators.some((one) => one.accountId === accountId))
        throw awsError(
          "AccountAlreadyRegisteredException",
          400,
          `Account ${accountId} is a delegated administrator already.`,
        );
      const next = {
        ...organization,
        delegatedAdministrators: [
          ...organization.delegatedAdministrators,
          { accountId, servicePrincipal: iamPrincipal },
        ],
      };
      await tx.organizations.put(next);
      return next;
    });
    return { organization: told(changed) };
  },
  encode: (output) => jsonAnswer(200, output),
  describe: (input) => ({ requestParameters: input ? { ...input } : null }),
});
