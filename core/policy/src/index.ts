export { parsePolicy } from "./parse/parse-policy.ts";
export type { ParseOptions, ParseResult } from "./parse/parse-policy.ts";
export { printPolicy } from "./parse/print-policy.ts";
export { policySizeWithoutWhitespace } from "./parse/policy-size.ts";
export { contextKeysOf } from "./parse/context-keys-of.ts";
export { principalsOf } from "./parse/principals-of.ts";
export type {
  ConditionElement,
  ListElement,
  Policy,
  PolicyKind,
  PolicyVersion,
  PrincipalElement,
  PrincipalEntry,
  PrincipalRef,
  PrincipalType,
  Problem,
  Statement,
} from "./parse/policy.ts";
export { compileDocument } from "./compile/compile-document.ts";
export type { CompiledDocument } from "./compile/compile-document.ts";
export { bindPolicy, compilePolicy } from "./compile/compile-policy.ts";
export type { BindOptions, CompiledPolicy } from "./compile/compile-policy.ts";
export type { PolicyRef, PolicyType, StatementRef } from "./compile/policy-ref.ts";
export { contextOf, unknownValue } from "./request/context.ts";
export type { ContextValue, RequestContext, UnknownValue } from "./request/context.ts";
export { withOneSpelling } from "./request/spellings.ts";
export type {
  AnonymousPrincipal,
  AssumedRootPrincipal,
  FederatedPrincipal,
  FederatedUserPrincipal,
  Principal,
  RoleSessionPrincipal,
  RootPrincipal,
  ServicePrincipal,
  UserPrincipal,
} from "./request/principal.ts";
export type { AuthorizationRequest } from "./request/authorization-request.ts";
export { evaluate } from "./evaluate/evaluate.ts";
export { preparePolicySet } from "./evaluate/plan.ts";
export type { PolicySet } from "./evaluate/policy-set.ts";
export type {
  AllowDecision,
  Decision,
  DenyDecision,
  ExplicitDeny,
  ImplicitDeny,
} from "./evaluate/decision.ts";
export { explain } from "./explain/explain.ts";
export type { Explanation, FailedCondition, LayerExplanation, NearMiss } from "./explain/explanation.ts";
export { remedyOf } from "./explain/remedy.ts";
export type { AddedStatement, PolicyChange, Remedy } from "./explain/remedy.ts";
export { denialSentence } from "./explain/denial-sentence.ts";
export type { DenialSentenceArgs } from "./explain/denial-sentence.ts";
