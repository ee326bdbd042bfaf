/** What one request was, once it has its answer: for metrics, logs and traces. No parameter and no secret. */
export interface FinishedRequest {
  requestId: string;
  /** `iam`, `sts`, `s3`, … */
  service: string;
  /** A name of the service's own list; undefined when none was asked for that it has. */
  operation: string | undefined;
  outcome: "ok" | "denied" | "refused" | "failed";
  status: number;
  errorCode: string | undefined;
  /** `anonymous` for callers without a verified signature. */
  callerArn: string;
  /** From the first byte of the head to the answer that is ready to be sent. */
  durationMs: number;
  /** Of it, what gathering policies and deciding took; undefined when nothing was decided. */
  authorizeMs: number | undefined;
}

/** Is told of every request after it was audited. Must not throw and must not wait. */
export interface RequestObserver {
  /** Milliseconds from any fixed point: for durations, not the time of day. */
  elapsedMs(): number;
  finished(request: FinishedRequest): void;
}

/** A denial is a decision; the other refusals are the client's mistakes, failures are ours. */
export function outcomeOf(error: { code: string; status: number } | undefined): FinishedRequest["outcome"] {
  if (!error) return "ok";
  if (error.status >= 500) return "failed";
  return error.code === "AccessDenied" || error.code === "AccessDeniedException" ? "denied" : "refused";
}
