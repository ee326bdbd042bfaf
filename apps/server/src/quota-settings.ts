import type { QuotaSettings } from "@rolecall/access";
import { quotaNames } from "@rolecall/iam";
import { isAccountId } from "@rolecall/identifiers";
import { closest } from "./closest.ts";
import { SettingsProblem } from "./settings-problem.ts";

const example = 'For example: "quotas": { "*": { "RolesPerAccount": 5000 } }';

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/**
 * Quotas that the operator sets: for one account, or under `*` for all others. AWS raises a quota to a maximum; whoever
 * runs the server himself may go beyond.
 */
export function parseQuotas(text: string | undefined): QuotaSettings {
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SettingsProblem(`quotas is not valid JSON: ${(error as Error).message}`, example);
  }
  if (!isObject(value)) throw new SettingsProblem("quotas must be an object of accounts.", example);
  const settings: Record<string, Record<string, number>> = {};
  for (const [account, own] of Object.entries(value)) {
    if (account !== "*" && !isAccountId(account))
      throw new SettingsProblem(`quotas: ${account} is neither an account id nor *.`, example);
    if (!isObject(own))
      throw new SettingsProblem(`quotas: ${account} must hold an object of quotas.`, example);
    settings[account] = quotasOf(account, own);
  }
  return settings;
}

function quotasOf(account: string, own: Record<string, unknown>): Record<string, number> {
  const quotas: Record<string, number> = {};
  for (const [name, limit] of Object.entries(own)) {
    if (!(quotaNames as readonly string[]).includes(name)) {
      const near = closest(name, quotaNames);
      throw new SettingsProblem(
        `quotas of ${account}: there is no quota ${name}.`,
        near === undefined ? `There are: ${quotaNames.join(", ")}.` : `Did you mean ${near}?`,
      );
    }
    if (typeof limit !== "number" || !Number.isSafeInteger(limit) || limit < 0)
      throw new SettingsProblem(`quotas of ${account}: ${name} must be a whole number.`, example);
    quotas[name] = limit;
  }
  return quotas;
}
