export { serviceAuthorization } from "./service-authorization.ts";
export type {
  Action,
  ActionResourceType,
  ConditionKey,
  GlobalConditionKey,
  ResourceType,
  Service,
  ServiceAuthorization,
} from "./service-authorization.ts";
export type { AccessLevel, ConditionKeyType } from "./unpack.ts";
export { keyPattern, matchesKey } from "./key-name.ts";
export type { KeyPattern } from "./key-name.ts";
