export { newAccessKey } from "./access-key.ts";
export type { NewAccessKey } from "./access-key.ts";
export { openSecret, resealSecret, sealSecret } from "./at-rest.ts";
export type { MasterKey } from "./at-rest.ts";
export {
  maxAuthorizationMessageLength,
  openAuthorizationMessage,
  sealAuthorizationMessage,
} from "./authorization-message.ts";
export type { AuthorizationMessage } from "./authorization-message.ts";
export { packedPolicySize, packedPolicySpaceBytes } from "./packed-size.ts";
export type { PackedContent } from "./packed-size.ts";
export { Secret } from "./secret.ts";
export type { ChainLink, SessionClaims } from "./session-claims.ts";
export { maxSessionTokenBytes, openSession, sealSession } from "./session-token.ts";
export type { OpenedSession, SessionCredentials, TokenKey, TokenKeyRing } from "./session-token.ts";
export { acceptTotpCode, newTotpSeed, pairedTotpSteps, totpUri } from "./totp.ts";
export type { TotpClock, TotpUse } from "./totp.ts";
export { openTradeInToken, sealTradeInToken } from "./trade-in-token.ts";
export type { TradeInClaims } from "./trade-in-token.ts";
