export { createCachedStore } from "./cached-store.ts";
export type { CachedStore, CachedStoreOptions, CacheStatistics } from "./cached-store.ts";
