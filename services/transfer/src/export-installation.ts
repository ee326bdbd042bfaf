import { createHash } from "node:crypto";
import { collections } from "@rolecall/store-contract";
import type { Collection, Key, Store } from "@rolecall/store-contract";
import { exportFormat } from "./format.ts";
import type { ExportHeader } from "./format.ts";
import { passingRecords, withoutSecrets } from "./secret-records.ts";

export interface ExportOptions {
  /** With secrets, as they are kept: encrypted under the master key, which the other side needs too. */
  withSecrets: boolean;
  /** ISO 8601; when it was made. */
  exportedAt: string;
  /** Takes one line, with its line feed. Called synchronously within one snapshot of the store. */
  write(line: string): void;
}

const pageSize = 500;

/**
 * Writes the whole installation as JSON lines: a header, one line a record, and an end with their count and SHA-256.
 * It is one snapshot, whatever is written meanwhile.
 * @returns records of each collection
 */
export async function exportInstallation(
  store: Store,
  options: ExportOptions,
): Promise<Record<string, number>> {
  return store.read(async (tx) => {
    const hash = createHash("sha256");
    const counts: Record<string, number> = {};
    let records = 0;
    const write = (value: object): void => {
      const line = `${JSON.stringify(value)}\n`;
      hash.update(line);
      options.write(line);
    };
    const header: ExportHeader = {
      rolecall: exportFormat.name,
      version: exportFormat.version,
      exportedAt: options.exportedAt,
      secrets: options.withSecrets ? "sealed" : "none",
    };
    write(header);
    for (const declared of Object.values(collections) as Collection<object, string, string>[]) {
      if (passingRecords.has(declared.name)) continue;
      let after: Key | undefined;
      for (;;) {
        const page = await tx.of(declared).list([], { limit: pageSize, ...(after && { after }) });
        for (const record of page) {
          const shown = options.withSecrets ? record : withoutSecrets(declared.name, record);
          if (shown === undefined) continue;
          write({ collection: declared.name, record: shown });
          counts[declared.name] = (counts[declared.name] ?? 0) + 1;
          records++;
        }
        const last = page.at(-1);
        if (page.length < pageSize || last === undefined) break;
        after = declared.spec.key(last);
      }
    }
    options.write(`${JSON.stringify({ end: true, records, sha256: hash.digest("hex") })}\n`);
    return counts;
  });
}
