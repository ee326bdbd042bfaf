export { backupSqliteStore } from "./backup.ts";
export { openSqliteStore } from "./open-sqlite-store.ts";
export type { WriteTurns } from "./group-commit.ts";
export type { KeptStatistics } from "./kept-answers.ts";
export type { SqliteStore, SqliteStoreOptions } from "./open-sqlite-store.ts";
