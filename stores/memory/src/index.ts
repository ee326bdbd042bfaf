export { createMemoryStore } from "./memory-store.ts";
export type { MemoryStore, MemoryStoreOptions } from "./memory-store.ts";
