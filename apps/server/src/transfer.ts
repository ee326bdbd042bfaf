import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  rmSync,
  writeSync,
} from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { randomBytes } from "node:crypto";
import { firstAccountSetting } from "@rolecall/admin";
import { auditEvent, fileAuditSink } from "@rolecall/audit";
import { createAwsManagedPolicies } from "@rolecall/aws-managed-policies";
import { newAccessKey, sealSecret } from "@rolecall/credentials";
import type { MasterKey, NewAccessKey } from "@rolecall/credentials";
import type { Store } from "@rolecall/store-contract";
import { backupSqliteStore } from "@rolecall/store-sqlite";
import {
  exportInstallation,
  importAccounts,
  importInstallation,
  readAuthorizationDetails,
  TransferProblem,
} from "@rolecall/transfer";
import type { AuthorizationDetails, Imported, ImportedAccount } from "@rolecall/transfer";
import { credentialsPath, writeProfile } from "./first-start.ts";
import { loadMasterKeys, masterKeyPath } from "./master-key.ts";
import { loadKeys, openStore } from "./open-store.ts";
import { SettingsProblem } from "./settings.ts";
import type { Settings } from "./settings.ts";

// What an operator does with the files or the database of an installation, beside its servers or without them. Nobody
// asks for it over the wire: who may read the store and its master key needs no further permission.

const random = (length: number): Uint8Array => randomBytes(length);
const uuid = (): string => crypto.randomUUID();

const databaseFile = (data: string): string => join(data, "rolecall.db");

function requireInstallation(settings: Settings, data: string): void {
  if (settings.database === undefined && !existsSync(databaseFile(data)))
    throw new SettingsProblem(
      `There is no installation in ${data}.`,
      "Name its directory with --data DIR, or its database with --database postgres://…",
    );
}

async function withStore<T>(settings: Settings, use: (store: Store, data: string) => Promise<T>): Promise<T> {
  const data = resolve(settings.data);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const { store } = await openStore(settings, data);
  try {
    return await use(store, data);
  } finally {
    await store.close();
  }
}

/**
 * Writes the whole installation into a new file (0600), while its servers run.
 * @returns records of each collection
 */
export async function exportTo(
  settings: Settings,
  output: string,
  withSecrets: boolean,
  nowMs: number,
): Promise<Record<string, number>> {
  requireInstallation(settings, resolve(settings.data));
  const file = newFile(output);
  try {
    const counts = await withStore(settings, (store) =>
      exportInstallation(store, {
        withSecrets,
        exportedAt: new Date(nowMs).toISOString(),
        write: (line) => void writeSync(file, line),
      }),
    );
    fsyncSync(file);
    return counts;
  } catch (error) {
    rmSync(output, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

function newFile(path: string): number {
  try {
    return openSync(path, "wx", 0o600);
  } catch (error) {
    throw new TransferProblem(
      `${path} cannot be made: ${(error as Error).message}`,
      "Name a file that is not there, in a directory that can be written.",
    );
  }
}

export interface ImportedInstallation extends Imported {
  accountId: string;
  /** True when the export had no secrets: the first account has a new root key, kept as profile `rolecall`. */
  hasNewRootKey: boolean;
}

/** Reads an export into an installation that is not there yet, on SQLite or PostgreSQL. */
export async function importFrom(
  settings: Settings,
  input: string,
  nowMs: number,
): Promise<ImportedInstallation> {
  requireFile(input);
  return withStore(settings, async (store, data) => {
    const hadKey = settings.masterKey !== undefined || existsSync(masterKeyPath(data));
    const masterKey = loadMasterKeys(data, settings.masterKey, true).keys;
    try {
      const firstAccount = async (): Promise<string> =>
        String((await store.read((tx) => tx.settings.get(firstAccountSetting)))?.value);
      const imported = await importInstallation(store, {
        masterKey,
        lines: () => linesOf(input),
        async complete({ secrets }) {
          if (secrets !== "none") return;
          const key = await newRootKey(store, await firstAccount(), masterKey, nowMs);
          writeProfile(credentialsPath(data), "rolecall", shown(key));
        },
      });
      const hasNewRootKey = imported.header.secrets === "none";
      return { ...imported, accountId: await firstAccount(), hasNewRootKey };
    } catch (error) {
      // Made for this import alone: nothing is sealed under it.
      if (!hadKey && error instanceof TransferProblem) rmSync(masterKeyPath(data), { force: true });
      throw error;
    }
  });
}

async function newRootKey(
  store: Store,
  accountId: string,
  masterKey: MasterKey,
  nowMs: number,
): Promise<NewAccessKey> {
  const key = newAccessKey(accountId, random);
  await store.write((tx) =>
    tx.accessKeys.insert({
      accessKeyId: key.accessKeyId,
      accountId,
      owner: { kind: "root" },
      status: "Active",
      createdAtMs: nowMs,
      sealedSecret: sealSecret(masterKey, key.accessKeyId, key.secretAccessKey, random),
    }),
  );
  return key;
}

const shown = ({ accessKeyId, secretAccessKey }: NewAccessKey) => ({
  accessKeyId,
  secretAccessKey: secretAccessKey.reveal(),
});

function requireFile(path: string): void {
  if (!existsSync(path)) throw new TransferProblem(`There is no file ${path}.`, "Name an existing file.");
}

/** Lines end with a line feed and nothing else: records may hold every other character that separates lines. */
async function* linesOf(path: string): AsyncIterable<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, { encoding: "utf8", highWaterMark: 1 << 20 })) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** Account details of half a million policies are below it. */
const maxDetailsBytes = 400 << 20;

/**
 * Takes accounts of AWS over into an installation, servers running or not; each leaves an audit event.
 * @param files  what `aws iam get-account-authorization-details` printed, one account or several a file
 */
export async function importAws(
  settings: Settings,
  files: readonly string[],
  nowMs: number,
  version: string,
): Promise<ImportedAccount[]> {
  requireInstallation(settings, resolve(settings.data));
  const accounts: AuthorizationDetails[] = [];
  for (const file of files) {
    requireFile(file);
    if ((await stat(file)).size > maxDetailsBytes)
      throw new TransferProblem(
        `${file} has more than ${maxDetailsBytes} bytes.`,
        "Import fewer accounts at once.",
      );
    accounts.push(...readAuthorizationDetails(await readFile(file, "utf8")));
  }
  return withStore(settings, async (store, data) => {
    const { masterKeys } = await loadKeys(store, {
      data,
      setting: settings.masterKey,
      isShared: true,
      random,
      nowMs,
    });
    const awsManaged = createAwsManagedPolicies();
    const imported = await importAccounts(store, accounts, {
      nowMs,
      random,
      masterKey: masterKeys.keys,
      awsVersion: (arn) => awsManaged.get(arn)?.defaultVersionId,
      keep: (accountId, key) => writeProfile(credentialsPath(data), `rolecall-${accountId}`, shown(key)),
    });
    await note(imported, data, nowMs, version);
    return imported;
  });
}

/** In a file of its own: the day's file belongs to the server. */
async function note(
  imported: readonly ImportedAccount[],
  data: string,
  nowMs: number,
  version: string,
): Promise<void> {
  const sink = fileAuditSink(join(data, "audit"), () => nowMs, { worker: 0 });
  await sink.append(
    imported.map(({ accountId, rootKey, warnings: _warnings, ...counts }) =>
      auditEvent({
        userIdentity: { type: "AWSService", invokedBy: "rolecall import aws" },
        atMs: nowMs,
        eventSource: "rolecall.amazonaws.com",
        eventName: "ImportAccount",
        region: "us-east-1",
        sourceIpAddress: "rolecall import aws",
        userAgent: `rolecall/${version}`,
        requestParameters: { accountId },
        responseElements: { ...counts, ...(rootKey && { rootAccessKeyId: rootKey.accessKeyId }) },
        requestId: uuid(),
        eventId: uuid(),
        readOnly: false,
        category: "Management",
        recipientAccountId: accountId,
      }),
    ),
  );
  await sink.close();
}

/** Copies the embedded store into a new file while servers use it. */
export function backupTo(settings: Settings, output: string): void {
  const data = resolve(settings.data);
  if (settings.database !== undefined)
    throw new SettingsProblem(
      "A database on PostgreSQL is backed up with its own tools.",
      "Use pg_dump, or: rolecall export --output FILE --secrets",
    );
  requireInstallation(settings, data);
  backupSqliteStore(databaseFile(data), output);
}
