import { createPrivateKey, createPublicKey, generateKeyPair } from "node:crypto";
import type { JsonWebKey, KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { openSecret, sealSecret, Secret } from "@rolecall/credentials";
import type { MasterKey } from "@rolecall/credentials";
import type { Random } from "@rolecall/identifiers";
import type { KeyRecord, ReadTx, Store, WriteTx } from "@rolecall/store-contract";
import { calculateJwkThumbprint } from "jose";
import type { JWK } from "jose";

/** Algorithms that outbound identity tokens are signed with. */
export const webIdentityAlgorithms = ["RS256", "ES384"] as const;
export type WebIdentityAlgorithm = (typeof webIdentityAlgorithms)[number];

/** The longest that such a token lives; its key is published for as long after its last use. */
export const maxWebIdentityTokenSeconds = 3600;

/** What is needed to open and to make keys. */
export interface KeyKeeper {
  store: Store;
  masterKey: MasterKey;
  random: Random;
  nowMs: number;
}

export interface WebIdentityKey {
  keyId: string;
  algorithm: WebIdentityAlgorithm;
  privateKey: KeyObject;
}

/** Each account's issuer has keys of its own, so that no account's token can pass for another's. */
const purposeOf = (accountId: string, algorithm: WebIdentityAlgorithm): string =>
  `web-identity/${accountId}/${algorithm}`;
const labelOf = ({ purpose, keyId }: Pick<KeyRecord, "purpose" | "keyId">): string => `${purpose}/${keyId}`;

const generate = promisify(generateKeyPair);

/** A key pair is made by the platform alone: no source of randomness can be given to it. */
async function newPrivateKey(algorithm: WebIdentityAlgorithm): Promise<KeyObject> {
  const { privateKey } =
    algorithm === "RS256"
      ? await generate("rsa", { modulusLength: 2048 })
      : await generate("ec", { namedCurve: "P-384" });
  return privateKey;
}

async function newRecord(
  accountId: string,
  algorithm: WebIdentityAlgorithm,
  { masterKey, random, nowMs }: KeyKeeper,
): Promise<KeyRecord> {
  const privateKey = await newPrivateKey(algorithm);
  const purpose = purposeOf(accountId, algorithm);
  const keyId = await calculateJwkThumbprint(createPublicKey(privateKey).export({ format: "jwk" }) as JWK);
  const secret = new Secret(JSON.stringify(privateKey.export({ format: "jwk" })));
  return {
    purpose,
    keyId,
    sealed: sealSecret(masterKey, labelOf({ purpose, keyId }), secret, random),
    createdAtMs: nowMs,
  };
}

function openKey(masterKey: MasterKey, algorithm: WebIdentityAlgorithm, record: KeyRecord): WebIdentityKey {
  const secret = openSecret(masterKey, labelOf(record), record.sealed);
  if (!secret) throw new Error(`the key ${labelOf(record)} does not open under the master key`);
  const jwk = JSON.parse(secret.reveal()) as JsonWebKey;
  return { keyId: record.keyId, algorithm, privateKey: createPrivateKey({ key: jwk, format: "jwk" }) };
}

/** Keys that tokens are verified with, the one that signs first. */
async function liveRecords(
  tx: ReadTx,
  accountId: string,
  algorithm: WebIdentityAlgorithm,
  nowMs: number,
): Promise<KeyRecord[]> {
  const records = await tx.keys.list([purposeOf(accountId, algorithm)], { limit: 1000 });
  return records
    .filter(({ retiresAtMs }) => retiresAtMs === undefined || retiresAtMs > nowMs)
    .toSorted((a, b) => (a.retiresAtMs === undefined ? 0 : 1) - (b.retiresAtMs === undefined ? 0 : 1));
}

/** Makes the keys that an account's issuer lacks. Of nodes that do so at once, all end with the same. */
export async function ensureWebIdentityKeys(accountId: string, keeper: KeyKeeper): Promise<void> {
  for (const algorithm of webIdentityAlgorithms) {
    const known = await keeper.store.read((tx) => liveRecords(tx, accountId, algorithm, keeper.nowMs));
    if (known.length > 0) continue;
    const record = await newRecord(accountId, algorithm, keeper);
    await keeper.store.write(async (tx) => {
      const others = await liveRecords(tx, accountId, algorithm, keeper.nowMs);
      if (others.length === 0) await tx.keys.insert(record);
    });
  }
}

/** New keys sign from now on; the old ones are published until the last token that they signed is over. */
export async function rotateWebIdentityKeys(accountId: string, keeper: KeyKeeper): Promise<void> {
  for (const algorithm of webIdentityAlgorithms) {
    const record = await newRecord(accountId, algorithm, keeper);
    await keeper.store.write(async (tx: WriteTx) => {
      for (const old of await liveRecords(tx, accountId, algorithm, keeper.nowMs))
        if (old.retiresAtMs === undefined)
          await tx.keys.put({ ...old, retiresAtMs: keeper.nowMs + 2 * maxWebIdentityTokenSeconds * 1000 });
      await tx.keys.insert(record);
    });
  }
}

/** The key that signs now. */
export async function webIdentityKey(
  accountId: string,
  algorithm: WebIdentityAlgorithm,
  keeper: KeyKeeper,
): Promise<WebIdentityKey> {
  await ensureWebIdentityKeys(accountId, keeper);
  const [record] = await keeper.store.read((tx) => liveRecords(tx, accountId, algorithm, keeper.nowMs));
  if (!record) throw new Error(`no ${algorithm} key of account ${accountId}`);
  return openKey(keeper.masterKey, algorithm, record);
}

/** The public keys of an account's issuer, as its JWKS shows them. */
export async function webIdentityJwks(
  accountId: string,
  { store, masterKey, nowMs }: Omit<KeyKeeper, "random">,
): Promise<object[]> {
  const jwks: object[] = [];
  for (const algorithm of webIdentityAlgorithms)
    for (const record of await store.read((tx) => liveRecords(tx, accountId, algorithm, nowMs))) {
      const { privateKey } = openKey(masterKey, algorithm, record);
      jwks.push({
        ...createPublicKey(privateKey).export({ format: "jwk" }),
        use: "sig",
        alg: algorithm,
        kid: record.keyId,
      });
    }
  return jwks;
}
