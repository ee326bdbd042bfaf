// Parts of the language for tools that read policies otherwise than to decide: lint, simulation, reports. What decides
// needs none of them; they follow the engine's needs, not the library's promise.
export { placesIn, readJson } from "./parse/json-reader.ts";
export type { JsonError, JsonLimits, JsonMember, JsonNode, JsonResult } from "./parse/json-reader.ts";
export { documentElements, principalKeys, statementElements } from "./parse/document.ts";
export { missingClaims } from "./parse/shared-oidc-issuers.ts";
export { isInvalidValue, operators, parseOperator } from "./conditions/operators.ts";
export type { OperatorName, ParsedOperator, SetPrefix } from "./conditions/operators.ts";
export { isInRange, readIpRange } from "./conditions/ip-address.ts";
export type { IpAddress, IpRange } from "./conditions/ip-address.ts";
export { anyOne, anyRun, patternCodes, textMatcher } from "./match/wildcard.ts";
export type { Codes, TextMatcher } from "./match/wildcard.ts";
export { contextKeysAsWritten } from "./parse/context-keys-of.ts";
export { s3Reach } from "./parse/s3-object-actions.ts";
export { isOfValueType } from "./request/value-types.ts";
export type { ContextValueType } from "./request/value-types.ts";
export { matchedStatements } from "./compile/matched-statements.ts";
export type { MatchedStatement } from "./compile/matched-statements.ts";
export { actionMatcher } from "./match/action.ts";
