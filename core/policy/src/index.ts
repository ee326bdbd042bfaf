export { parsePolicy } from "./parse/parse-policy.ts";
export type { ParseOptions, ParseResult } from "./parse/parse-policy.ts";
export { printPolicy } from "./parse/print-policy.ts";
export { placesIn, readJson } from "./parse/json-reader.ts";
export type { JsonError, JsonLimits, JsonMember, JsonNode, JsonResult } from "./parse/json-reader.ts";
export { missingClaims } from "./parse/shared-oidc-issuers.ts";
export { isInvalidValue, operators, parseOperator } from "./conditions/operators.ts";
export type { OperatorName, ParsedOperator, SetPrefix } from "./conditions/operators.ts";
export { isInRange, readIpRange } from "./conditions/ip-address.ts";
export type { IpAddress, IpRange } from "./conditions/ip-address.ts";
export { anyOne, anyRun, patternCodes, textMatcher } from "./match/wildcard.ts";
export type { Codes, TextMatcher } from "./match/wildcard.ts";
export { policySizeWithoutWhitespace } from "./parse/policy-size.ts";
export { contextKeysAsWritten, contextKeysOf } from "./parse/context-keys-of.ts";
export { s3Reach } from "./parse/s3-object-actions.ts";
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
export { bindPolicy, compileDocument, compilePolicy } from "./compile/compile-policy.ts";
export type { BindOptions, CompiledDocument, CompiledPolicy } from "./compile/compile-policy.ts";
export type { PolicyRef, PolicyType, StatementRef } from "./compile/policy-ref.ts";
export { isOfValueType } from "./request/value-types.ts";
export type { ContextValueType } from "./request/value-types.ts";
export { matchedStatements } from "./compile/matched-statements.ts";
export type { MatchedStatement } from "./compile/matched-statements.ts";
export { actionMatcher } from "./match/action.ts";
export { contextOf, unknownValue } from "./request/context.ts";
export type { ContextValue, RequestContext, UnknownValue } from "./request/context.ts";
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
