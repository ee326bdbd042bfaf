import { iam, NoSuchEntity } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { PasswordPolicy, ReadTx } from "@rolecall/store-contract";
import { accountCheck } from "../checks.ts";
import { selfServiceGrant } from "./self-service.ts";

const defaultMinimumLength = 6;

/** @throws NoSuchEntity also where AWS's default rules are in force */
async function findPolicy(tx: ReadTx, accountId: string): Promise<PasswordPolicy> {
  const policy = await tx.passwordPolicies.get(accountId);
  if (!policy) throw NoSuchEntity(`The Password Policy with domain name ${accountId} cannot be found.`);
  return policy;
}

/** The three options that were not set are left out, as live answers leave them out. */
const policyShape = (policy: PasswordPolicy): Iam.PasswordPolicy => ({
  MinimumPasswordLength: policy.minimumLength,
  RequireSymbols: policy.requiresSymbols,
  RequireNumbers: policy.requiresNumbers,
  RequireUppercaseCharacters: policy.requiresUppercase,
  RequireLowercaseCharacters: policy.requiresLowercase,
  AllowUsersToChangePassword: policy.allowsUsersToChange,
  ExpirePasswords: policy.maxAgeDays !== undefined,
  MaxPasswordAge: policy.maxAgeDays,
  PasswordReusePrevention: policy.reusePrevention,
  HardExpiry: policy.hasHardExpiry,
});

/**
 * Replaces the policy whole: what is not sent goes back to its default. Lengths and classes bite when a password is
 * next set, the age at once.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
 */
export const UpdateAccountPasswordPolicy = operation(iam, "UpdateAccountPasswordPolicy", {
  authorization: () => accountCheck,
  async handle(input, { store, accountId }) {
    const policy: PasswordPolicy = {
      accountId,
      minimumLength: input.MinimumPasswordLength ?? defaultMinimumLength,
      requiresSymbols: input.RequireSymbols ?? false,
      requiresNumbers: input.RequireNumbers ?? false,
      requiresUppercase: input.RequireUppercaseCharacters ?? false,
      requiresLowercase: input.RequireLowercaseCharacters ?? false,
      allowsUsersToChange: input.AllowUsersToChangePassword ?? false,
      ...(input.MaxPasswordAge !== undefined && { maxAgeDays: input.MaxPasswordAge }),
      ...(input.PasswordReusePrevention !== undefined && { reusePrevention: input.PasswordReusePrevention }),
      ...(input.HardExpiry !== undefined && { hasHardExpiry: input.HardExpiry }),
    };
    await store.write((tx) => tx.passwordPolicies.put(policy));
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountPasswordPolicy.html */
export const GetAccountPasswordPolicy = operation(iam, "GetAccountPasswordPolicy", {
  authorization: async (_input, context) => ({
    ...accountCheck,
    ...(await selfServiceGrant("iam:GetAccountPasswordPolicy", accountCheck.resource, context)),
  }),
  handle: async (_input, { store, accountId }) => ({
    PasswordPolicy: policyShape(await store.read((tx) => findPolicy(tx, accountId))),
  }),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountPasswordPolicy.html */
export const DeleteAccountPasswordPolicy = operation(iam, "DeleteAccountPasswordPolicy", {
  authorization: () => accountCheck,
  async handle(_input, { store, accountId }) {
    await store.write(async (tx) => {
      await findPolicy(tx, accountId);
      await tx.passwordPolicies.delete(accountId);
    });
  },
});
