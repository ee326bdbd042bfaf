import type { SignaturePlace } from "./signature-problem.ts";

/** What a request says about who signed it. Nothing of it is believed before `verifySignature`. */
export type ParsedAuthentication = AnonymousAuthentication | SigV4Authentication | SigV2Authentication;

export interface AnonymousAuthentication {
  kind: "anonymous";
}

export interface SigV4Authentication {
  kind: "sigv4";
  place: SignaturePlace;
  accessKeyId: string;
  /** Of the credential scope, `YYYYMMDD`. */
  date: string;
  region: string;
  service: string;
  /** Last part of the credential scope as sent. */
  terminator: string;
  /** Lower case, sorted, without duplicates. */
  signedHeaders: readonly string[];
  signature: string;
  /** `YYYYMMDDTHHMMSSZ`, from whichever header or parameter it came. */
  amzDate: string;
  signedAtMs: number;
  /** `X-Amz-Expires` of a presigned request, if it has one and the service reads it. */
  expiresSeconds?: number;
  sessionToken?: string;
  /** `x-amz-content-sha256` as sent. */
  contentSha256?: string;
}

/** S3 alone takes these. */
export interface SigV2Authentication {
  kind: "sigv2";
  place: SignaturePlace;
  accessKeyId: string;
  /** Base64, as sent. */
  signature: string;
  /** Header form: when it was signed. */
  signedAtMs?: number;
  /** Query form: when it ends, and the text of `Expires`. */
  expiresAtMs?: number;
  expires?: string;
  sessionToken?: string;
  contentSha256?: string;
}
