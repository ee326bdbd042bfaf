import { writeProfile } from "@rolecall/server";
import { callAdmin } from "../connection.ts";
import type { Connection } from "../connection.ts";
import type { Profile } from "../profiles.ts";

interface CreatedAccount {
  account: { id: string; name: string };
  rootAccessKey: Profile;
}

export const profileOf = (accountId: string): string => `rolecall-${accountId}`;

/** Creates an account and keeps its root key as profile `rolecall-ID`. */
export async function createAccount(connection: Connection, id: string, name: string): Promise<Profile> {
  const created = (await callAdmin(connection, "POST", "/_rolecall/accounts", {
    id,
    name,
  })) as CreatedAccount;
  writeProfile(connection.credentialsFile, profileOf(id), created.rootAccessKey);
  return created.rootAccessKey;
}

export interface ListedAccount {
  id: string;
  name: string;
  status: string;
  createdAt: string;
}

export async function listAccounts(connection: Connection): Promise<ListedAccount[]> {
  const { accounts } = (await callAdmin(connection, "GET", "/_rolecall/accounts")) as {
    accounts: ListedAccount[];
  };
  return accounts;
}
