import { describe } from "node:test";
import { testChanges } from "./suite/changes.ts";
import { testCounts } from "./suite/counts.ts";
import { testDeclaredCollections } from "./suite/declared-collections.ts";
import { testIndexes } from "./suite/indexes.ts";
import { testAgainstModel } from "./suite/model.ts";
import { testOrder } from "./suite/order.ts";
import { testRecords } from "./suite/records.ts";
import { testTransactions } from "./suite/transactions.ts";
import type { OpenStore } from "./suite/things.ts";

export type { OpenStore, SuiteOptions } from "./suite/things.ts";

/** Registers the tests that every store must pass. `open` gives an empty store each time. */
export function storeSuite(name: string, open: OpenStore): void {
  describe(`store contract: ${name}`, () => {
    testRecords(open);
    testOrder(open);
    testIndexes(open);
    testTransactions(open);
    testChanges(open);
    testDeclaredCollections(open);
    testCounts(open);
    testAgainstModel(open);
  });
}
