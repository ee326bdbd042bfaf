import type { Policy } from "../parse/policy.ts";
import type { PolicyRef } from "./policy-ref.ts";

/** The matchers of one document text: safe to share and to keep for as long as the text is in use. */
export interface CompiledDocument {
  readonly policy: Policy;
}

/** A document bound to its place: cheap to make from a compiled document. */
export interface CompiledPolicy {
  readonly ref: PolicyRef;
  readonly document: CompiledDocument;
}

export interface BindOptions {
  /**
   * Principal ARN as it stands in the document -> unique id (AIDA…, AROA…) it was bound to on save. A mapped ARN matches
   * only the caller with that id, so a deleted and recreated user or role is not trusted; others match by ARN.
   */
  readonly principalIds?: ReadonlyMap<string, string>;
}

export function compileDocument(_policy: Policy): CompiledDocument {
  throw new Error("under construction");
}

export function bindPolicy(
  _document: CompiledDocument,
  _ref: PolicyRef,
  _options?: BindOptions,
): CompiledPolicy {
  throw new Error("under construction");
}

/** compileDocument and bindPolicy in one. Keep the compiled document where one text serves many places. */
export function compilePolicy(policy: Policy, ref: PolicyRef, options?: BindOptions): CompiledPolicy {
  return bindPolicy(compileDocument(policy), ref, options);
}
