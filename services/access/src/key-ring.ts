import { openSecret, sealSecret, Secret } from "@rolecall/credentials";
import type { TokenKey, TokenKeyRing } from "@rolecall/credentials";
import type { Random } from "@rolecall/identifiers";
import type { KeyRecord, Store } from "@rolecall/store-contract";

const purpose = "session-token";

/** The master key is not the one that sealed this installation's keys. */
export class WrongMasterKey extends Error {
  override name = "WrongMasterKey";
}

function openKey(masterKey: Uint8Array, record: KeyRecord): TokenKey {
  const opened = openSecret(masterKey, `${purpose}/${record.keyId}`, record.sealed);
  if (!opened)
    throw new WrongMasterKey(
      "The master key does not open this installation's keys: it belongs to another installation, or was replaced.",
    );
  return { id: record.keyId, key: Buffer.from(opened.reveal(), "base64") };
}

/**
 * The token keys of the installation, sealed in the store under the master key. The first start makes one;
 * several nodes that start together agree on it.
 */
export async function loadKeyRing(
  store: Store,
  masterKey: Uint8Array,
  random: Random,
  nowMs: number,
): Promise<TokenKeyRing> {
  const records = await store.write(async (tx) => {
    const known = await tx.keys.list([purpose], { limit: 1000 });
    if (known.length > 0) return known;
    const keyId = Buffer.from(random(4)).toString("hex");
    const key = new Secret(Buffer.from(random(32)).toString("base64"));
    const record: KeyRecord = {
      purpose,
      keyId,
      sealed: sealSecret(masterKey, `${purpose}/${keyId}`, key, random),
      createdAtMs: nowMs,
    };
    await tx.keys.insert(record);
    return [record];
  });
  const keys = records
    .toSorted((a, b) => b.createdAtMs - a.createdAtMs)
    .map((record) => openKey(masterKey, record));
  const [current] = keys;
  if (!current) throw new Error("no token key");
  return { current, byId: new Map(keys.map((key) => [key.id, key])) };
}
