import { parseKeyText } from "@rolecall/store-contract";
import type { Changes } from "@rolecall/store-contract";
import type { Ask } from "./row-statements.ts";

const revisionStatement = { name: "revision", text: "SELECT revision FROM rolecall_state" };

/** In one snapshot: the state beside each change, and without changes the state alone. */
const changesStatement = {
  name: "changes",
  text: `
    SELECT s.revision AS last, s.forgotten, c.revision, c.collection, c.key
    FROM rolecall_state s LEFT JOIN LATERAL (
      SELECT * FROM rolecall_changes
      WHERE revision > $1 ORDER BY revision, collection, key LIMIT $2
    ) c ON true
    ORDER BY c.revision, c.collection, c.key`,
};

export async function readRevision(ask: Ask): Promise<number> {
  const [row] = await ask(revisionStatement);
  return Number(row?.["revision"]);
}

export async function readChanges(ask: Ask, after: number, limit: number): Promise<Changes> {
  const rows = await ask(changesStatement, after, limit + 1);
  const revision = Number(rows[0]?.["last"]);
  const forgotten = Number(rows[0]?.["forgotten"]);
  const unknown: Changes = { revision, complete: false, changes: [], latest: revision };
  if (after > revision || after < forgotten) return unknown;
  const changes = rows
    .filter((row) => row["revision"] !== null)
    .map((row) => ({
      revision: Number(row["revision"]),
      collection: String(row["collection"]),
      key: parseKeyText(String(row["key"])),
    }));
  if (changes.length <= limit) return { revision, complete: true, changes, latest: revision };
  // The last row may be the first of a commit or stand within one: that commit is for the next time.
  const covered = (changes.at(-1)?.revision ?? 0) - 1;
  if (covered === after) return unknown;
  return {
    revision: covered,
    complete: true,
    changes: changes.filter((change) => change.revision <= covered),
    latest: revision,
  };
}
