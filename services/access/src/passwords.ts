import { hash, verify } from "@node-rs/argon2";
import type { Random } from "@rolecall/identifiers";

// Argon2id with 19 MiB, two passes and one lane.
// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const saltBytes = 16;

/**
 * Some 20 ms and 19 MiB, on a thread of its own. Never within a store's transaction: those wait for nothing else.
 * @returns the hash with its salt and cost, in PHC string format
 */
export function hashPassword(password: string, random: Random): Promise<string> {
  return hash(password, { ...cost, salt: random(saltBytes) });
}

/** As costly as {@link hashPassword}, whatever the answer. */
export function isPassword(password: string, passwordHash: string): Promise<boolean> {
  return verify(passwordHash, password);
}
