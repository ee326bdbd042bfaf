import type { Random } from "@rolecall/identifiers";
import { openSecret, sealSecret } from "./at-rest.ts";
import type { MasterKey } from "./at-rest.ts";
import { Secret } from "./secret.ts";

/** What the token of an accepted delegation request says. */
export interface TradeInClaims {
  requestId: string;
  /** The account that made the request: nobody else trades the token in. */
  requesterAccountId: string;
  /** Seconds since 1970; credentials that the token gives end then, too. */
  expiresAtSeconds: number;
}

const label = "trade-in-token";

/** Nothing is stored: a token says all, and it may be made again. */
export const sealTradeInToken = (claims: TradeInClaims, masterKey: MasterKey, random: Random): string =>
  sealSecret(masterKey, label, new Secret(JSON.stringify(claims)), random);

/** Undefined for what is no token of this installation, or was altered. */
export function openTradeInToken(token: string, masterKey: MasterKey): TradeInClaims | undefined {
  const opened = openSecret(masterKey, label, token);
  return opened && (JSON.parse(opened.reveal()) as TradeInClaims);
}
