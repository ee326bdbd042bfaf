export { backupSqliteStore } from "./backup.ts";
export { openSqliteStore } from "./open-sqlite-store.ts";
export type { KeptStatistics } from "./kept-answers.ts";
export type { SqliteStore, SqliteStoreOptions } from "./open-sqlite-store.ts";
