import { PasswordPolicyViolation } from "@rolecall/model";
import type { PasswordPolicy, ReadTx } from "@rolecall/store-contract";

/** What counts as a symbol. UserGuide id_credentials_passwords_account-policy.html#password-policy-details */
const symbols = new Set("!@#$%^&*()_+-=[]{}|'");

const classes = {
  uppercase: (character: string) => character >= "A" && character <= "Z",
  lowercase: (character: string) => character >= "a" && character <= "z",
  number: (character: string) => character >= "0" && character <= "9",
  symbol: (character: string) => symbols.has(character),
};

type CharacterClass = keyof typeof classes;

/** The longest password, for every policy. */
const maxLength = 128;
/** Of accounts without a policy of their own. UserGuide id_credentials_passwords_account-policy.html#default-policy-details */
const defaults = { minLength: 8, classes: 3 };

/** The rules that a new password must keep, without those about earlier passwords. */
export interface PasswordRules {
  policy: PasswordPolicy | undefined;
  /** What the account is called: its name, alias and e-mail address. */
  accountNames: string[];
}

export async function readPasswordRules(tx: ReadTx, accountId: string): Promise<PasswordRules> {
  const account = await tx.accounts.get(accountId);
  const aliases = await tx.accountAliases.listBy("byAccount", [accountId], { limit: 10 });
  const names = [account?.name, account?.email, ...aliases.map(({ record }) => record.alias)];
  return {
    policy: await tx.passwordPolicies.get(accountId),
    accountNames: names.filter((name) => name !== undefined),
  };
}

export const doesNotConform = (): Error =>
  PasswordPolicyViolation("Password does not conform to the account password policy.");

/** @throws PasswordPolicyViolation */
export function requireConforming(password: string, { policy, accountNames }: PasswordRules): void {
  const characters = [...password];
  const has = (name: CharacterClass): boolean => characters.some(classes[name]);
  const conforms = policy
    ? characters.length >= policy.minimumLength &&
      (!policy.requiresUppercase || has("uppercase")) &&
      (!policy.requiresLowercase || has("lowercase")) &&
      (!policy.requiresNumbers || has("number")) &&
      (!policy.requiresSymbols || has("symbol"))
    : characters.length >= defaults.minLength &&
      (Object.keys(classes) as CharacterClass[]).filter(has).length >= defaults.classes &&
      // "Identical" is documented; that case makes no difference is our stricter reading.
      !accountNames.some((name) => name.toLowerCase() === password.toLowerCase());
  if (!conforms || characters.length > maxLength) throw doesNotConform();
}
