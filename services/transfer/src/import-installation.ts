import { createHash } from "node:crypto";
import { opensSecretsOf } from "@rolecall/access";
import type { MasterKey } from "@rolecall/credentials";
import { collections, StoreConflict } from "@rolecall/store-contract";
import type { Collection, Setting, Store } from "@rolecall/store-contract";
import { exportFormat, TransferProblem } from "./format.ts";
import type { ExportHeader } from "./format.ts";

export interface ImportOptions {
  /** The lines of the file, without their line feeds, from the start; called twice. */
  lines(): AsyncIterable<string>;
  /** Of the installation that is made: sealed secrets must open under it. */
  masterKey: MasterKey;
  /** What the installation needs besides; without it, it is not whole, and no server starts on it. */
  complete?(header: ExportHeader): Promise<void>;
}

export interface Imported {
  header: ExportHeader;
  records: number;
}

/** Stands in the store while an import runs: a server does not start on half an installation. */
export const importSetting = "import";

const batchSize = 500;
const byName = new Map(
  (Object.values(collections) as Collection<object, string, string>[]).map((one) => [one.name, one]),
);

/**
 * Reads an export into an empty store. The file is read whole and checked first, so that nothing is written of one
 * that is cut short, altered, of a later version, or sealed under another master key.
 * @throws TransferProblem
 */
export async function importInstallation(store: Store, options: ImportOptions): Promise<Imported> {
  const checked = await checkFile(options);
  await begin(store);
  let batch: { collection: string; record: object }[] = [];
  const flush = async (): Promise<void> => {
    const full = batch;
    batch = [];
    await store.write(async (tx) => {
      for (const { collection, record } of full) await tx.of(declared(collection)).insert(record);
    });
  };
  try {
    for await (const line of options.lines()) {
      const entry = recordOf(line);
      if (!entry) continue;
      batch.push(entry);
      if (batch.length === batchSize) await flush();
    }
    await flush();
    await options.complete?.(checked.header);
  } catch (error) {
    if (error instanceof StoreConflict)
      throw new TransferProblem(
        `Two records of the file have the same key in ${error.message}.`,
        "The file was not made by `rolecall export`; remove the new store.",
      );
    throw error;
  }
  await store.write((tx) => tx.settings.delete(importSetting));
  return checked;
}

/** Only into an empty store, and not into one that was half filled. */
async function begin(store: Store): Promise<void> {
  await store.write(async (tx) => {
    for (const one of byName.values())
      if ((await tx.of(one).count([])) > 0)
        throw new TransferProblem(
          `The store is not empty: it has ${one.name}.`,
          "Import into a new data directory or database.",
        );
    const running: Setting = { name: importSetting, value: "running" };
    await tx.settings.put(running);
  });
}

function declared(name: string): Collection<object, string, string> {
  const found = byName.get(name);
  if (!found)
    throw new TransferProblem(
      `The file has records of ${JSON.stringify(name.slice(0, 40))}, which this version does not know.`,
      "Use the version of Rolecall that made the file, or a later one.",
    );
  return found;
}

const notOurs = (): TransferProblem =>
  new TransferProblem("This is no export of Rolecall.", "Make one with: rolecall export --output FILE");

function recordOf(line: string): { collection: string; record: object } | undefined {
  const entry: unknown = parse(line);
  if (typeof entry !== "object" || entry === null) throw notOurs();
  const { collection, record } = entry as Record<string, unknown>;
  if (collection === undefined) return undefined;
  if (typeof collection !== "string" || typeof record !== "object" || record === null) throw notOurs();
  return { collection, record };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw notOurs();
  }
}

async function checkFile({ lines, masterKey }: ImportOptions): Promise<Imported> {
  const hash = createHash("sha256");
  let header: ExportHeader | undefined;
  let records = 0;
  let opensHere = true;
  let end: { records?: unknown; sha256?: unknown } | undefined;
  for await (const line of lines()) {
    if (end)
      throw new TransferProblem("The file goes on after its end.", "Take the file as it was exported.");
    const entry = parse(line);
    if (typeof entry !== "object" || entry === null) throw notOurs();
    if (!header) header = headerOf(entry);
    else if ("end" in entry) {
      end = entry as { records?: unknown; sha256?: unknown };
      continue;
    } else {
      const found = recordOf(line);
      if (!found) throw notOurs();
      declared(found.collection);
      records++;
      opensHere &&= opens(masterKey, found);
    }
    hash.update(`${line}\n`);
  }
  if (!header) throw notOurs();
  if (!end || end.records !== records || end.sha256 !== hash.digest("hex"))
    throw new TransferProblem(
      "The file is cut short or was altered: its end does not fit.",
      "Take the file as it was exported; nothing was imported.",
    );
  if (!opensHere)
    throw new TransferProblem(
      "The secrets of this export are encrypted under another master key.",
      "Set ROLECALL_MASTER_KEY to the keys of the installation that it came from, or export without --secrets.",
    );
  return { header, records };
}

function headerOf(entry: object): ExportHeader {
  const { rolecall, version, secrets } = entry as Partial<Record<keyof ExportHeader, unknown>>;
  if (rolecall !== exportFormat.name) throw notOurs();
  if (version !== exportFormat.version)
    throw new TransferProblem(
      `The export has format ${JSON.stringify(version)}; this Rolecall reads format ${exportFormat.version}.`,
      "Use the version of Rolecall that made the file, or a later one.",
    );
  if (secrets !== "none" && secrets !== "sealed") throw notOurs();
  return entry as ExportHeader;
}

/** All of them: while a master key is replaced, some are sealed under the old one and others under the new. */
function opens(
  masterKey: MasterKey,
  { collection, record }: { collection: string; record: object },
): boolean {
  try {
    return opensSecretsOf(masterKey, collection, record);
  } catch {
    // No record of ours: the end of the file, which does not fit it, says so.
    return false;
  }
}
