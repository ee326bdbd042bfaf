import type { Policy, Statement } from "../parse/policy.ts";
import { bindStatement } from "./bound-statement.ts";
import type { BoundStatement } from "./bound-statement.ts";
import { compileDocument, compiledStatement, statementsFor } from "./compile-document.ts";
import type { CompiledDocument } from "./compile-document.ts";
import type { PrincipalIds } from "./compile-principals.ts";
import type { PolicyRef } from "./policy-ref.ts";
import { indexByResource } from "./resource-index.ts";
import type { ResourceIndex } from "./resource-index.ts";

/** A document bound to its place: cheap to make from a compiled document. */
export interface CompiledPolicy {
  readonly ref: PolicyRef;
  readonly document: CompiledDocument;
  /** @internal */
  readonly principalIds: PrincipalIds;
  /** @internal Its statements, each bound when first needed. */
  readonly bound: (BoundStatement | undefined)[];
  /** @internal What was found before, by the action as requests spell it: no statement's Action is tested twice for one. */
  readonly slices: Map<string, Slice>;
}

/** The statements of one policy, or of a layer's policies, whose Action or NotAction matches one action. In their order. */
export interface Slice {
  readonly denies: readonly BoundStatement[];
  readonly allows: readonly BoundStatement[];
  /** The same Allow statements. What it leaves out is not allowed; a Deny is never left out by an index. */
  readonly byResource: ResourceIndex;
}

/** What a document does not say of the place it stands in. */
export interface BindOptions {
  /**
   * Principal ARN as it stands in the document -> unique id (AIDA…, AROA…) it was bound to on save. A mapped ARN matches
   * only the caller with that id, so a deleted and recreated user or role is not trusted; others match by ARN.
   * A canonical user id may be mapped to its account id; without that it matches nobody.
   */
  readonly principalIds?: ReadonlyMap<string, string>;
}

/** Spellings of actions to remember for one policy. A role asks for few; whoever asks for many waits a little. */
const maxSlices = 64;

/** Ties a compiled document to its place, at next to no cost. */
export function bindPolicy(
  document: CompiledDocument,
  ref: PolicyRef,
  options: BindOptions = {},
): CompiledPolicy {
  return { ref, document, principalIds: options.principalIds, bound: [], slices: new Map() };
}

/** compileDocument and bindPolicy in one. Keep the compiled document where one text serves many places. */
export function compilePolicy(policy: Policy, ref: PolicyRef, options: BindOptions = {}): CompiledPolicy {
  return bindPolicy(compileDocument(policy), ref, options);
}

/** @param action in any case */
export function sliceFor(policy: CompiledPolicy, action: string): Slice {
  return policy.slices.get(action) ?? keepSlice(policy, action);
}

function keepSlice(policy: CompiledPolicy, action: string): Slice {
  const { document, slices } = policy;
  const statements = statementsFor(document, action).map((one) => boundStatement(policy, one));
  const withEffect = (effect: Statement["effect"]) =>
    statements.filter(({ matchers }) => matchers.statement.effect === effect);
  const slice = makeSlice(withEffect("Deny"), withEffect("Allow"), indexByResource);
  if (slices.size >= maxSlices) slices.clear();
  slices.set(action, slice);
  return slice;
}

/**
 * The statements of several policies as of one.
 *
 * @param index pays for a slice that is kept
 */
export function joinSlices(slices: readonly Slice[], index: typeof indexByResource): Slice {
  const [only] = slices;
  if (only !== undefined && slices.length === 1) return only;
  return makeSlice(
    slices.flatMap(({ denies }) => denies),
    slices.flatMap(({ allows }) => allows),
    index,
  );
}

const makeSlice = (
  denies: readonly BoundStatement[],
  allows: readonly BoundStatement[],
  index: typeof indexByResource,
): Slice => ({ denies, allows, byResource: index(allows) });

/** A statement of the policy. */
export function boundStatement(
  { bound, document, ref, principalIds }: CompiledPolicy,
  statement: Statement,
): BoundStatement {
  return (bound[statement.index] ??= bindStatement(
    compiledStatement(document, statement),
    ref,
    principalIds,
  ));
}
