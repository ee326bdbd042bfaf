import { storeSuite } from "@rolecall/store-contract/suite";
import { createMemoryStore } from "./memory-store.ts";

storeSuite("memory", async (t, options) => {
  const store = createMemoryStore(options);
  t.after(() => store.close());
  return store;
});
