import { openSecret, sealSecret, Secret } from "@rolecall/credentials";
import type { MasterKey, TokenKey, TokenKeyRing } from "@rolecall/credentials";
import type { Random } from "@rolecall/identifiers";
import type { KeyRecord, ReadTx, Store } from "@rolecall/store-contract";
import { maxSessionSeconds } from "./revocation.ts";

/** Under which token keys are kept. */
export const tokenKeyPurpose = "session-token";
/** More than are ever alive. */
const maxKeys = 1000;
/**
 * How long a key opens tokens after it was replaced: the longest session, and an hour in which nodes that have not
 * heard of the new key still seal with it.
 */
const retirementMs = (maxSessionSeconds + 3600) * 1000;

/** The master key is not the one that sealed this installation's keys. */
export class WrongMasterKey extends Error {
  override name = "WrongMasterKey";
  readonly hint =
    "Put back the master key that belongs to this store: DATA/master.key of the same backup, or ROLECALL_MASTER_KEY.";
}

/** The token keys of the installation as this process knows them; the same object when they change. */
export interface KeyRing extends TokenKeyRing {
  /** Takes over what the store has: keys that another node made, keys that are gone. */
  refresh(tx: ReadTx): Promise<void>;
  /** A new key seals from now on; the old ones open their tokens until the last has expired. Returns its id. */
  rotate(nowMs: number): Promise<string>;
}

const labelOf = (keyId: string): string => `${tokenKeyPurpose}/${keyId}`;

function openKey(masterKey: MasterKey, record: KeyRecord): TokenKey {
  const opened = openSecret(masterKey, labelOf(record.keyId), record.sealed);
  if (!opened)
    throw new WrongMasterKey(
      "The master key does not open this installation's keys: it belongs to another installation, or was replaced.",
    );
  return { id: record.keyId, key: Buffer.from(opened.reveal(), "base64") };
}

function newRecord(masterKey: MasterKey, random: Random, nowMs: number): KeyRecord {
  const keyId = Buffer.from(random(4)).toString("hex");
  const key = new Secret(Buffer.from(random(32)).toString("base64"));
  return {
    purpose: tokenKeyPurpose,
    keyId,
    sealed: sealSecret(masterKey, labelOf(keyId), key, random),
    createdAtMs: nowMs,
  };
}

/** The newest that has not been replaced seals. */
const sealingFirst = (a: KeyRecord, b: KeyRecord): number =>
  Number(a.retiresAtMs !== undefined) - Number(b.retiresAtMs !== undefined) || b.createdAtMs - a.createdAtMs;

/**
 * The token keys of the installation, sealed in the store under the master key. The first start makes one;
 * several nodes that start together agree on it.
 * @throws WrongMasterKey
 */
export async function loadKeyRing(
  store: Store,
  masterKey: MasterKey,
  random: Random,
  nowMs: number,
): Promise<KeyRing> {
  let current: TokenKey | undefined;
  let byId = new Map<string, TokenKey>();

  function take(records: readonly KeyRecord[]): void {
    const keys = records
      .toSorted(sealingFirst)
      .map((record) => byId.get(record.keyId) ?? openKey(masterKey, record));
    current = keys[0];
    byId = new Map(keys.map((key) => [key.id, key]));
  }
  const recordsIn = (tx: ReadTx): Promise<KeyRecord[]> => tx.keys.list([tokenKeyPurpose], { limit: maxKeys });

  const records = await store.write(async (tx) => {
    const known = await recordsIn(tx);
    if (known.length > 0) return known;
    const record = newRecord(masterKey, random, nowMs);
    await tx.keys.insert(record);
    return [record];
  });
  take(records);

  return {
    get current() {
      if (!current) throw new Error("no token key");
      return current;
    },
    get byId() {
      return byId;
    },
    refresh: async (tx) => take(await recordsIn(tx)),
    async rotate(atMs) {
      const record = newRecord(masterKey, random, atMs);
      const kept = await store.write(async (tx) => {
        for (const old of await recordsIn(tx))
          if (old.retiresAtMs === undefined) await tx.keys.put({ ...old, retiresAtMs: atMs + retirementMs });
        await tx.keys.insert(record);
        return recordsIn(tx);
      });
      take(kept);
      return record.keyId;
    },
  };
}
