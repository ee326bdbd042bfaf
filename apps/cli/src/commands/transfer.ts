import { backupTo, exportTo, importAws, importFrom } from "@rolecall/server";
import type { Given } from "@rolecall/server";
import { gatherSettings } from "./start.ts";

/** Where the installation is. */
export interface InstallationOptions {
  data?: string;
  database?: string;
}

function settingsOf({ data, database }: InstallationOptions) {
  const given: Given = {
    ...(data !== undefined && { data: [data] }),
    ...(database !== undefined && { database: [database] }),
  };
  return gatherSettings(given, process.env);
}

export async function exportCommand(
  options: InstallationOptions & { output: string; secrets?: boolean },
): Promise<string[]> {
  const counts = await exportTo(settingsOf(options), options.output, options.secrets ?? false, Date.now());
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return [
    ...Object.entries(counts).map(([name, count]) => `${String(count).padStart(9)}  ${name}`),
    `${String(total).padStart(9)}  records in ${options.output}`,
    options.secrets
      ? "Secrets are in it, encrypted: keep the master key (DATA/master.key) apart from it, and do not lose it."
      : "Access keys, passwords, MFA devices and private keys are not in it; with --secrets they are, encrypted.",
  ];
}

export async function importCommand(file: string, options: InstallationOptions): Promise<string[]> {
  const { accountId, hasNewRootKey, records } = await importFrom(settingsOf(options), file, Date.now());
  return [
    `Imported ${records} records; the first account is ${accountId}.`,
    hasNewRootKey
      ? "The export had no secrets: the first account has a new root key, kept as profile rolecall."
      : "All keys and passwords are as they were.",
  ];
}

export async function importAwsCommand(
  files: string[],
  options: InstallationOptions,
  version: string,
): Promise<string[]> {
  const imported = await importAws(settingsOf(options), files, Date.now(), version);
  return imported.flatMap(({ accountId, users, groups, roles, policies, rootKey, warnings }) => [
    `${accountId}: ${users} users, ${groups} groups, ${roles} roles, ${policies} policies${rootKey ? `; root key kept as profile rolecall-${accountId}` : ""}`,
    ...warnings.map((warning) => `  warning: ${warning}`),
    "  AWS tells no secrets: users have no passwords, access keys or MFA devices here, roles a maximum session of one hour.",
  ]);
}

export function backupCommand(options: InstallationOptions & { output: string }): string[] {
  backupTo(settingsOf(options), options.output);
  return [
    `Copied the store to ${options.output}.`,
    "To restore: put it in place of rolecall.db in a data directory, beside the same master.key.",
  ];
}
