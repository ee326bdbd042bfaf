import type { AuditSink } from "@rolecall/audit";
import type { Route } from "../route.ts";
import { listSessions } from "./ListSessions.ts";
import { RevokeSessions } from "./RevokeSessions.ts";

export const sessionRoutes = (audit: AuditSink): readonly Route[] => [
  { method: "GET", path: /^\/_rolecall\/sessions$/, operation: listSessions(audit) },
  { method: "POST", path: /^\/_rolecall\/sessions\/revoke$/, operation: RevokeSessions },
];
