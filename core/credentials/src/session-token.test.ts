import { test } from "node:test";
import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { newAccessKey } from "./access-key.ts";
import { openSecret, sealSecret } from "./at-rest.ts";
import { packedPolicySize } from "./packed-size.ts";
import { Secret } from "./secret.ts";
import type { SessionClaims } from "./session-claims.ts";
import { maxSessionTokenBytes, openSession, sealSession as sealOrRefuse } from "./session-token.ts";
import type { SessionCredentials, TokenKey, TokenKeyRing } from "./session-token.ts";

const random = (length: number): Uint8Array => randomBytes(length);
const key = (id: string): TokenKey => ({ id, key: randomBytes(32) });
const ringOf = (current: TokenKey, ...old: TokenKey[]): TokenKeyRing => ({
  current,
  byId: new Map([current, ...old].map((k) => [k.id, k])),
});

function sealSession(...args: Parameters<typeof sealOrRefuse>): SessionCredentials {
  const issued = sealOrRefuse(...args);
  ok(issued);
  return issued;
}

const claims: SessionClaims = {
  kind: "assumed-role",
  accountId: "444455556666",
  accessKeyId: "ASIA2O5XMPPVLJ2QE4KT",
  entityId: "AROA2O5XMPPVLJ2QE4KTQ",
  issuedAtSeconds: 1_790_000_000,
  expiresAtSeconds: 1_790_003_600,
  sessionName: "ana",
  tags: { team: "café" },
};

test("a sealed session opens to the same claims and secret", () => {
  const ring = ringOf(key("00000001"));
  const issued = sealSession(claims, ring, random);
  match(issued.secretAccessKey.reveal(), /^[A-Za-z0-9+/]{40}$/);
  const opened = openSession(issued.sessionToken, ring);
  ok(opened.ok);
  deepEqual(opened.claims, claims);
  ok(opened.secretAccessKey.equals(issued.secretAccessKey));
});

test("every changed character is refused", () => {
  const ring = ringOf(key("00000001"));
  const { sessionToken } = sealSession(claims, ring, random);
  for (let i = 0; i < sessionToken.length; i++)
    for (const c of ["A", "B", "_", "=", " ", "é"]) {
      if (sessionToken[i] === c) continue;
      const altered = sessionToken.slice(0, i) + c + sessionToken.slice(i + 1);
      equal(openSession(altered, ring).ok, false, `position ${i}`);
    }
  for (let i = 0; i < sessionToken.length; i++) equal(openSession(sessionToken.slice(0, i), ring).ok, false);
  equal(openSession(`${sessionToken}A`, ring).ok, false);
  equal(openSession(`${sessionToken}=`, ring).ok, false);
  equal(openSession("x".repeat(100_000), ring).ok, false);
});

test("a token of another installation, or under a forgotten key, is refused", () => {
  const issued = sealSession(claims, ringOf(key("00000001")), random);
  deepEqual(openSession(issued.sessionToken, ringOf(key("00000001"))), { ok: false, problem: "tampered" });
  deepEqual(openSession(issued.sessionToken, ringOf(key("00000002"))), { ok: false, problem: "unknown-key" });
});

test("tokens stay valid after the keys rotate", () => {
  const old = key("00000001");
  const issued = sealSession(claims, ringOf(old), random);
  ok(openSession(issued.sessionToken, ringOf(key("00000002"), old)).ok);
});

test("two sessions with the same claims share neither token nor secret", () => {
  const ring = ringOf(key("00000001"));
  const one = sealSession(claims, ring, random);
  const two = sealSession(claims, ring, random);
  notEqual(one.sessionToken, two.sessionToken);
  ok(!one.secretAccessKey.equals(two.secretAccessKey));
});

test("some secrets have neither + nor /, which clients that retry for one rely on", () => {
  let plain = 0;
  for (let i = 0; i < 500; i++)
    if (/^[A-Za-z0-9]+$/.test(newAccessKey("111122223333", random).secretAccessKey.reveal())) plain++;
  ok(plain > 0);
});

test("a secret at rest opens only under its key and label", () => {
  const master = randomBytes(32);
  const sealed = sealSecret(master, "AKIA1", new Secret("s3cr3t"), random);
  ok(!sealed.includes("s3cr3t"));
  equal(openSecret(master, "AKIA1", sealed)?.reveal(), "s3cr3t");
  equal(openSecret(master, "AKIA2", sealed), undefined);
  equal(openSecret(randomBytes(32), "AKIA1", sealed), undefined);
  equal(openSecret(master, "AKIA1", "AAAA"), undefined);
});

test("a secret prints as ***", () => {
  const secret = new Secret("s3cr3t");
  for (const text of [String(secret), JSON.stringify({ secret }), inspect({ secret }), inspect(secret)])
    ok(!text.includes("s3cr3t"), text);
});

test("packed size counts policies and tags, and nothing is nothing", () => {
  equal(packedPolicySize({}), undefined);
  equal(packedPolicySize({ tags: {}, policyArns: [] }), undefined);
  equal(packedPolicySize({ tags: { a: "b" } }), 1);
  const noise = (length: number): string => randomBytes(length).toString("hex").slice(0, length);
  const tags = Object.fromEntries(Array.from({ length: 50 }, () => [noise(128), noise(256)]));
  ok((packedPolicySize({ tags }) ?? 0) > 100);
});

test("a token has the size that was asked for, and none is longer than the bound", () => {
  const ring = ringOf(key("00000001"));
  const free = sealSession(claims, ring, random).sessionToken.length;
  for (const minimum of [0, 1, free, free + 1, 1000, 4095, 4096]) {
    const { sessionToken } = sealSession(claims, ring, random, minimum);
    ok(sessionToken.length >= minimum && sessionToken.length <= Math.max(free, minimum + 2), `${minimum}`);
    const opened = openSession(sessionToken, ring);
    ok(opened.ok);
    deepEqual(opened.claims, claims);
  }
  const noise = randomBytes(10_000).toString("base64");
  equal(sealOrRefuse({ ...claims, policy: noise }, ring, random), undefined);
  const fits = sealSession({ ...claims, policy: noise.slice(0, 6000) }, ring, random);
  ok(fits.sessionToken.length <= maxSessionTokenBytes);
  ok(openSession(fits.sessionToken, ring).ok);
});
