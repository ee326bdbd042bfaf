/**
 * One layout for all collections, as in SQLite. Keys and values are key texts of the contract; under the collation
 * "C" they order byte by byte, which is their order. No key holds U+0000, which PostgreSQL's text cannot.
 *
 * Each entry brings a database from the layout before it to its own (the first: from nothing to 1) and never
 * changes again once it has been released.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE rolecall_records (
    collection text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (collection, key)
  );
  CREATE TABLE rolecall_lookups (
    collection text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    PRIMARY KEY (collection, name, value, key)
  );
  CREATE TABLE rolecall_changes (
    revision bigint NOT NULL,
    collection text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    PRIMARY KEY (revision, collection, key)
  );
  -- One row, which every writer locks first: the layout, the last commit, and the last one that "changes" has forgotten.
  -- Half empty pages let each commit's new version of the row stay in its page.
  CREATE TABLE rolecall_state (
    id smallint PRIMARY KEY CHECK (id = 1),
    layout integer NOT NULL,
    revision bigint NOT NULL,
    forgotten bigint NOT NULL
  ) WITH (fillfactor = 50);
  INSERT INTO rolecall_state VALUES (1, 0, 0, 0);
  `,
];

/** The layout that this version writes. */
export const layoutVersion = migrations.length;

export const tables = ["rolecall_records", "rolecall_lookups", "rolecall_changes", "rolecall_state"] as const;

/** "RoCa": of the advisory lock under which a database is made or migrated. */
export const migrationLock = 0x526f_4361;
