import { writeProfile } from "@rolecall/server";
import { callAdmin } from "../connection.ts";
import type { Connection } from "../connection.ts";
import type { Profile } from "../profiles.ts";

interface CreatedAccount {
  account: { id: string; name: string };
  rootAccessKey: Profile;
}

export const profileOf = (accountId: string): string => `rolecall-${accountId}`;

/** A root key is told once: it is given also where it could not be kept, with the reason. */
export type CreatedKey = Profile & { notKept?: string };

/** Creates an account and keeps its root key as profile `rolecall-ID`. */
export async function createAccount(connection: Connection, id: string, name: string): Promise<CreatedKey> {
  const created = (await callAdmin(connection, "POST", "/_rolecall/accounts", {
    id,
    name,
  })) as CreatedAccount;
  try {
    writeProfile(connection.credentialsFile, profileOf(id), created.rootAccessKey);
    return created.rootAccessKey;
  } catch (error) {
    return { ...created.rootAccessKey, notKept: (error as Error).message };
  }
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
