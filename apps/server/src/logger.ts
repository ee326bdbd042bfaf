import { destination, pino, stdTimeFunctions } from "pino";
import type { FinishedRequest } from "@rolecall/pipeline";

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** What the operator should read; never a secret. Facts are members of the line. */
export type Log = (
  level: Exclude<LogLevel, "silent">,
  message: string,
  facts?: Record<string, unknown>,
) => void;

/** One JSON object a line on standard error: `{"level":"error","time":"…","message":"…",…}`. */
export function createLog(level: LogLevel): Log {
  const logger = pino(
    {
      level,
      base: null,
      messageKey: "message",
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    // Written at once: a line about a crash must not die in a buffer.
    destination({ dest: 2, sync: true }),
  );
  return (lineLevel, message, facts) => logger[lineLevel](facts ?? {}, message);
}

/**
 * One line a request, for those who debug, and about failures for everybody; the audit log has every request. Its
 * members are named one by one: to copy an object but for some costs more.
 */
export function logRequest(log: Log, level: LogLevel, request: FinishedRequest): void {
  const isFailure = request.outcome === "failed";
  if (!isFailure && level !== "debug") return;
  log(isFailure ? "warn" : "debug", "request", {
    requestId: request.requestId,
    service: request.service,
    operation: request.operation,
    outcome: request.outcome,
    status: request.status,
    errorCode: request.errorCode,
    callerArn: request.callerArn,
    durationMs: Math.round(request.durationMs * 1000) / 1000,
  });
}
