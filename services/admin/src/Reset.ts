import { AccessDenied } from "@rolecall/model";
import { anyOperation } from "@rolecall/pipeline";
import type { Operation } from "@rolecall/pipeline";
import { collections } from "@rolecall/store-contract";
import type { AccessKey, Account, Collection, WriteTx } from "@rolecall/store-contract";
import { adminCheck, firstAccountSetting } from "./admin-check.ts";
import { jsonAnswer } from "./rest-json.ts";
import type { TestControls } from "./SetClock.ts";

const pageSize = 500;

/** Whatever its records are: they are read to be deleted. */
type AnyCollection = Collection<unknown, string, string>;

/** What a fresh installation has too: the first account with its root keys, the token keys, the installation's settings. */
function isKept(name: string, record: unknown, firstAccount: string): boolean {
  if (name === "keys") return !(record as { purpose: string }).purpose.startsWith("web-identity/");
  if (name === "settings") return true;
  if (name === "accounts") return (record as Account).accountId === firstAccount;
  if (name !== "accessKeys") return false;
  const { accountId, owner } = record as AccessKey;
  return accountId === firstAccount && owner.kind === "root";
}

async function emptied(tx: WriteTx, collection: AnyCollection, firstAccount: string): Promise<number> {
  const rows = tx.of(collection);
  const { key } = collection.spec;
  let after: ReturnType<typeof key> | undefined;
  let deleted = 0;
  for (;;) {
    const page = await rows.list([], { limit: pageSize, ...(after && { after }) });
    for (const record of page) {
      if (isKept(collection.name, record, firstAccount)) continue;
      await rows.delete(...key(record));
      deleted++;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return deleted;
    after = key(last);
  }
}

/** The first account as its installation made it. */
async function freshAccount(tx: WriteTx, accountId: string): Promise<void> {
  const account = await tx.accounts.get(accountId);
  if (!account) throw new Error("the installation has no first account");
  const { name, createdAtMs } = account;
  await tx.accounts.put({ accountId, name, createdAtMs, status: "ACTIVE" });
}

/**
 * Empties the installation, all at once: what is left is its first account with the root keys that it has. Sessions end
 * with their roles and users. The audit log, the clock, and objects of an upstream stay. Refused unless the server was
 * started with `--allow-reset`.
 *
 * `POST /_rolecall/reset`
 */
export const reset = (controls: TestControls): Operation =>
  anyOperation<object, { deleted: number }>({
    name: "Reset",
    readOnly: false,
    allowsUnsigned: false,
    decode: () => ({}),
    authorization: (_input, context) => adminCheck(context, "Reset", "installation"),
    async handle(_input, { store, caller }) {
      if (!controls.allowed) throw AccessDenied("The server was not started with --allow-reset.");
      if (caller.principal.kind !== "root") throw AccessDenied("Only the root user resets the installation.");
      return store.write(async (tx) => {
        const setting = await tx.settings.get(firstAccountSetting);
        const firstAccount = String(setting?.value);
        let deleted = 0;
        for (const one of Object.values(collections))
          deleted += await emptied(tx, one as unknown as AnyCollection, firstAccount);
        await freshAccount(tx, firstAccount);
        return { deleted };
      });
    },
    encode: (output) => jsonAnswer(200, output),
    describe: (_input, output) => ({ requestParameters: null, responseElements: output ?? null }),
  });
