export { auditEvent, eventTime } from "./event.ts";
export type {
  AuditEvent,
  EventFacts,
  EventResource,
  Json,
  JsonObject,
  SessionContext,
  UserIdentity,
} from "./event.ts";
export { eventParameters } from "./parameters.ts";
export { fileAuditSink, memoryAuditSink } from "./sink.ts";
export type { AuditSink } from "./sink.ts";
