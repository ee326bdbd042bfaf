import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { loadKeyRing, WrongMasterKey } from "@rolecall/access";
import type { Random } from "@rolecall/identifiers";
import { createCachedStore } from "@rolecall/store-cached";
import type { CachedStore } from "@rolecall/store-cached";
import type { Store } from "@rolecall/store-contract";
import { openPostgresStore } from "@rolecall/store-postgres";
import { openSqliteStore } from "@rolecall/store-sqlite";
import type { SqliteStore, WriteTurns } from "@rolecall/store-sqlite";
import { loadMasterKeys, masterKeyPath } from "./master-key.ts";
import type { MasterKeys } from "./master-key.ts";
import { SettingsProblem } from "./settings.ts";
import type { Settings } from "./settings.ts";

export interface OpenedStore {
  kind: "sqlite" | "postgres";
  store: Store;
  /** Of the records that are kept before PostgreSQL. */
  cache: CachedStore["statistics"] | undefined;
  /** Of the answers that SQLite's store keeps. */
  keptAnswers: SqliteStore["statistics"] | undefined;
}

/**
 * The store that the settings name. SQLite keeps what was read until anybody commits; before PostgreSQL stands a cache
 * of records that drops what a commit changed.
 */
export async function openStore(
  settings: Settings,
  data: string,
  writeTurns?: WriteTurns,
): Promise<OpenedStore> {
  if (settings.database === undefined) {
    const store = await openSqliteStore({ path: join(data, "rolecall.db"), writeTurns });
    return { kind: "sqlite", store, cache: undefined, keptAnswers: () => store.statistics() };
  }
  const far = await openPostgresStore({ url: settings.database });
  const store = createCachedStore(far, { graceMs: settings.databaseGraceMs });
  return { kind: "postgres", store, cache: () => store.statistics(), keptAnswers: undefined };
}

export interface InstallationKeys {
  masterKeys: MasterKeys;
  keyRing: Awaited<ReturnType<typeof loadKeyRing>>;
}

/**
 * The master key, and the keys that it seals in the store. An installation that has none yet gets both.
 *
 * @throws SettingsProblem when the master key is missing, or is not the installation's
 */
export async function loadKeys(
  store: Store,
  {
    data,
    setting,
    isShared,
    random,
    nowMs,
  }: {
    data: string;
    setting: string | undefined;
    /** Other processes have the keys too, so none of them may replace or forget one on its own. */
    isShared: boolean;
    random: Random;
    nowMs: number;
  },
): Promise<InstallationKeys> {
  const isNew = (await store.read((tx) => tx.keys.count([]))) === 0;
  const hadKey = setting !== undefined || existsSync(masterKeyPath(data));
  const loaded = loadMasterKeys(data, setting, isNew);
  const masterKeys = isShared ? { ...loaded, rotate: undefined, retireOlder: undefined } : loaded;
  try {
    return { masterKeys, keyRing: await loadKeyRing(store, masterKeys.keys, random, nowMs) };
  } catch (error) {
    if (!(error instanceof WrongMasterKey)) throw error;
    // Two nodes began the installation at the same moment: the other one's key counts, and ours never sealed anything.
    if (!hadKey) rmSync(masterKeyPath(data), { force: true });
    throw new SettingsProblem(
      error.message,
      `All nodes need the key of the first: copy its master.key to ${data}, or set ROLECALL_MASTER_KEY for each.`,
    );
  }
}
