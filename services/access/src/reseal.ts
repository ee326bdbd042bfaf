import { resealSecret } from "@rolecall/credentials";
import type { MasterKey } from "@rolecall/credentials";
import type { Random } from "@rolecall/identifiers";
import type { Reader, Store, Writer, WriteTx } from "@rolecall/store-contract";
import type { Key } from "@rolecall/store-contract";

/** Records of one transaction: so long does a batch keep others from writing. */
const batchSize = 100;

/** A collection whose records hold secrets under the master key. */
interface SealedCollection {
  /** Reseals a page of records after the given key. Returns the last key, or undefined at the end. */
  page(tx: WriteTx, after: Key | undefined, reseal: Reseal): Promise<Key | undefined>;
}

/** The secret anew, or undefined when it stays as it is. */
type Reseal = (label: string, sealed: string) => string | undefined;

function sealed<R>(
  reader: (tx: WriteTx) => Pick<Reader<R> & Writer<R>, "list" | "put">,
  key: (record: R) => Key,
  /** The record with what was resealed, or undefined when nothing was. */
  change: (record: R, reseal: Reseal) => R | undefined,
): SealedCollection {
  return {
    async page(tx, after, reseal) {
      const records = await reader(tx).list([], { limit: batchSize, ...(after && { after }) });
      for (const record of records) {
        const changed = change(record, reseal);
        if (changed !== undefined) await reader(tx).put(changed);
      }
      const last = records.at(-1);
      return last !== undefined && records.length === batchSize ? key(last) : undefined;
    },
  };
}

/**
 * Everything that is sealed under the master key, with the label that each secret was sealed for.
 * INVARIANT: every record type with a sealed member has a row; a test reads the declarations.
 */
const collections: readonly SealedCollection[] = [
  sealed(
    (tx) => tx.keys,
    ({ purpose, keyId }) => [purpose, keyId],
    (record, reseal) => {
      const anew = reseal(`${record.purpose}/${record.keyId}`, record.sealed);
      return anew === undefined ? undefined : { ...record, sealed: anew };
    },
  ),
  sealed(
    (tx) => tx.accessKeys,
    ({ accessKeyId }) => [accessKeyId],
    (record, reseal) => {
      const anew = reseal(record.accessKeyId, record.sealedSecret);
      return anew === undefined ? undefined : { ...record, sealedSecret: anew };
    },
  ),
  sealed(
    (tx) => tx.mfaDevices,
    ({ accountId, serialNumber }) => [accountId, serialNumber],
    (record, reseal) => {
      const anew = reseal(record.serialNumber, record.sealedSeed);
      return anew === undefined ? undefined : { ...record, sealedSeed: anew };
    },
  ),
  sealed(
    (tx) => tx.serverCertificates,
    ({ accountId, name }) => [accountId, name],
    (record, reseal) => {
      const anew = reseal(record.serverCertificateId, record.sealedPrivateKey);
      return anew === undefined ? undefined : { ...record, sealedPrivateKey: anew };
    },
  ),
  sealed(
    (tx) => tx.samlProviders,
    ({ accountId, name }) => [accountId, name],
    (record, reseal) => {
      const privateKeys = record.privateKeys.map((key) => {
        const anew = reseal(`${record.uuid}/${key.keyId}`, key.sealedKey);
        return anew === undefined ? key : { ...key, sealedKey: anew };
      });
      const isChanged = privateKeys.some((key, i) => key !== record.privateKeys[i]);
      return isChanged ? { ...record, privateKeys } : undefined;
    },
  ),
];

/**
 * Goes once over all secrets and seals under the first master key what stands under another, in small transactions.
 * Killed and begun anew it does what is left. Returns how many secrets it sealed anew.
 */
export async function resealSecrets(store: Store, masterKey: MasterKey, random: Random): Promise<number> {
  let resealed = 0;
  for (const collection of collections) {
    let after: Key | undefined;
    do {
      const [last, count] = await store.write(async (tx) => {
        let changed = 0;
        const next = await collection.page(tx, after, (label, text) => {
          const anew = resealSecret(masterKey, label, text, random);
          if (anew !== undefined) changed++;
          return anew;
        });
        return [next, changed] as const;
      });
      after = last;
      resealed += count;
    } while (after !== undefined);
  }
  return resealed;
}
