import { test } from "node:test";
import { storeSuite } from "@rolecall/store-contract/suite";
import { openPostgresStore } from "./open-postgres-store.ts";
import { sharedPostgres, whyNoPostgres } from "./testing.ts";

const reason = whyNoPostgres();
if (reason !== undefined) test("store contract: postgres", { skip: reason }, () => undefined);
else
  storeSuite("postgres", async (t, options) => {
    const { emptySchema } = await sharedPostgres();
    const store = await openPostgresStore({ url: await emptySchema(), ...options });
    t.after(() => store.close());
    return store;
  });
