export type { HttpRequestHead } from "./request-head.ts";
export type {
  AnonymousAuthentication,
  ParsedAuthentication,
  SigV2Authentication,
  SigV4Authentication,
} from "./authentication.ts";
export { parseAuthentication } from "./parse-authentication.ts";
export type { ParseOptions } from "./parse-authentication.ts";
export { verifySignature } from "./verify-signature.ts";
export type { ChunkSigning, Verified, VerifiedSignature, VerifyOptions } from "./verified-signature.ts";
export type { PayloadMode } from "./payload-mode.ts";
export type { Checked, MissingPart, SignaturePlace, SignatureProblem } from "./signature-problem.ts";
export { describeProblem } from "./describe-problem.ts";
export type { DescribedProblem } from "./described-problem.ts";
export { signingRules } from "./signing-rules.ts";
export type { SigningFamily, SigningRules } from "./signing-rules.ts";
export { createSigningKeyCache, signingKey } from "./signing-key.ts";
export type { SigningKeyCache } from "./signing-key.ts";
export { presign, signRequest } from "./sign-request.ts";
export type { PresignOptions, SignedRequest, SigningCredentials, SignOptions } from "./sign-request.ts";
export { emptySha256 } from "./canonical-request.ts";
export { describeBodyProblem } from "./body/body-problem.ts";
export type { BodyProblem, Released } from "./body/body-problem.ts";
export { chunkedOptions } from "./body/chunked-options.ts";
export type { ChunkedOptions } from "./body/chunked-options.ts";
export { createChunkedDecoder } from "./body/chunked-decoder.ts";
export type { ChunkedDecoder } from "./body/chunked-decoder.ts";
export { createPayloadHasher } from "./body/payload-hasher.ts";
export type { PayloadHasher } from "./body/payload-hasher.ts";
export { checksumAlgorithm, createChecksum, isChecksumValue } from "./checksum/checksum.ts";
export type { Checksum, ChecksumAlgorithm } from "./checksum/checksum.ts";
