import { countsSchema } from "./counts.ts";

/** "RoCa". Stands in the file's header and says that it is ours. @see https://www.sqlite.org/fileformat.html#application_id */
export const applicationId = 0x526f_4361;

/** The layout below; stands in the header as user_version. */
export const schemaVersion = 3;

/** The first layout with counts. */
export const countsVersion = 3;

/** From each layout to the next, from the first on. What the first layout's version wrote has no checksums. */
export const migrations: readonly string[] = [
  "ALTER TABLE records ADD COLUMN checksum INTEGER",
  countsSchema,
];

/**
 * One layout for all collections. Keys and values are key texts of the contract; SQLite compares text byte by
 * byte, which is their order.
 *
 * `records` keeps its rowid: with the bodies inside the key's own tree (WITHOUT ROWID) a lookup among 300,000
 * records of 1.1 KB took 21 us instead of 6, and the file was three times as large. `lookups` has nothing but
 * its key, so there it saves a copy.
 *
 * SQLite notices damage to its trees, not to what stands in them: a bit that flips in a policy would be another
 * policy. So each record has a checksum of its own.
 */
export const schema = `
  CREATE TABLE records (
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    checksum INTEGER,
    PRIMARY KEY (collection, key)
  ) STRICT;
  CREATE TABLE lookups (
    collection TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (collection, name, value, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE changes (
    revision INTEGER NOT NULL,
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (revision, collection, key)
  ) STRICT, WITHOUT ROWID;
  -- One row: the last commit, and the last one that "changes" has forgotten.
  CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL,
    forgotten INTEGER NOT NULL
  ) STRICT;
  INSERT INTO state VALUES (1, 0, 0);
  ${countsSchema}
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;
