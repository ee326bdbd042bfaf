import { openSecret, resealSecret } from "@rolecall/credentials";
import type { MasterKey } from "@rolecall/credentials";
import type { Random } from "@rolecall/identifiers";
import { collections } from "@rolecall/store-contract";
import type { Collection, Key, Store, WriteTx } from "@rolecall/store-contract";

/** Records of one transaction: so long does a batch keep others from writing. */
const batchSize = 100;

/** A collection whose records hold secrets under the master key. */
interface SealedCollection {
  name: string;
  /** Each secret of one of its records, with its label. */
  secretsOf(record: object): { label: string; sealed: string }[];
  /** Reseals a page of records after the given key. Returns the last key, or undefined at the end. */
  page(tx: WriteTx, after: Key | undefined, reseal: Reseal): Promise<Key | undefined>;
}

/** The secret anew, or undefined when it stays as it is. */
type Reseal = (label: string, sealed: string) => string | undefined;

function sealed<R extends object, I extends string, U extends string>(
  collection: Collection<R, I, U>,
  /** The record with what was resealed, or undefined when nothing was. */
  change: (record: R, reseal: Reseal) => R | undefined,
): SealedCollection {
  return {
    name: collection.name,
    secretsOf(record) {
      const secrets: { label: string; sealed: string }[] = [];
      change(record as R, (label, sealed) => {
        secrets.push({ label, sealed });
        return undefined;
      });
      return secrets;
    },
    async page(tx, after, reseal) {
      const records = tx.of(collection);
      const page = await records.list([], { limit: batchSize, ...(after && { after }) });
      for (const record of page) {
        const changed = change(record, reseal);
        if (changed !== undefined) await records.put(changed);
      }
      const last = page.at(-1);
      return last !== undefined && page.length === batchSize ? collection.spec.key(last) : undefined;
    },
  };
}

/**
 * Everything that is sealed under the master key, with the label that each secret was sealed for.
 * INVARIANT: every record type with a sealed member has a row; a test reads the declarations.
 */
const sealedCollections: readonly SealedCollection[] = [
  sealed(collections.keys, (record, reseal) => {
    const anew = reseal(`${record.purpose}/${record.keyId}`, record.sealed);
    return anew === undefined ? undefined : { ...record, sealed: anew };
  }),
  sealed(collections.accessKeys, (record, reseal) => {
    const anew = reseal(record.accessKeyId, record.sealedSecret);
    return anew === undefined ? undefined : { ...record, sealedSecret: anew };
  }),
  sealed(collections.mfaDevices, (record, reseal) => {
    const anew = reseal(record.serialNumber, record.sealedSeed);
    return anew === undefined ? undefined : { ...record, sealedSeed: anew };
  }),
  sealed(collections.serverCertificates, (record, reseal) => {
    const anew = reseal(record.serverCertificateId, record.sealedPrivateKey);
    return anew === undefined ? undefined : { ...record, sealedPrivateKey: anew };
  }),
  sealed(collections.samlProviders, (record, reseal) => {
    const privateKeys = record.privateKeys.map((key) => {
      const anew = reseal(`${record.uuid}/${key.keyId}`, key.sealedKey);
      return anew === undefined ? key : { ...key, sealedKey: anew };
    });
    const isChanged = privateKeys.some((key, i) => key !== record.privateKeys[i]);
    return isChanged ? { ...record, privateKeys } : undefined;
  }),
];

/**
 * Goes once over all secrets and seals under the first master key what stands under another, in small transactions.
 * Killed and begun anew it does what is left. Returns how many secrets it sealed anew.
 */
export async function resealSecrets(store: Store, masterKey: MasterKey, random: Random): Promise<number> {
  let resealed = 0;
  for (const collection of sealedCollections) {
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

/** Whether the master key opens every secret of a record; true for records of collections that have none. */
export function opensSecretsOf(masterKey: MasterKey, collection: string, record: object): boolean {
  const found = sealedCollections.find(({ name }) => name === collection);
  return !found || found.secretsOf(record).every(({ label, sealed }) => openSecret(masterKey, label, sealed));
}
