import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeSuite } from "@rolecall/store-contract/suite";
import { openSqliteStore } from "./open-sqlite-store.ts";

storeSuite("sqlite", async (t, options) => {
  const directory = mkdtempSync(join(tmpdir(), "rolecall-store-"));
  const store = await openSqliteStore({ path: join(directory, "store.db"), ...options });
  t.after(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });
  return store;
});
