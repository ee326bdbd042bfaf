import {
  context,
  propagation,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import type { FinishedRequest, Road, WireRequest } from "@rolecall/pipeline";

/**
 * OpenTelemetry's own hooks: which SDK listens, if any, is the operator's choice
 * (`NODE_OPTIONS=--import @opentelemetry/auto-instrumentations-node/register`). Without one this does nothing.
 */
const tracer = trace.getTracer("rolecall");

/** Whether an SDK has registered itself; it may do so at any time. */
function isTraced(): boolean {
  const provider = trace.getTracerProvider();
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer("rolecall") !== undefined;
}

/** The road with a span around each request, a child of the client's span when it names one. */
export function tracedRoad(road: Road): Road {
  return (request) => {
    if (!isTraced()) return road(request);
    const parent = propagation.extract(ROOT_CONTEXT, request, { get: headerOf, keys: headerNames });
    return tracer.startActiveSpan("request", { kind: SpanKind.SERVER }, parent, async (span) => {
      try {
        return await road(request);
      } finally {
        span.end();
      }
    });
  };
}

/**
 * Says on the current span what the request was.
 * @see https://opentelemetry.io/docs/specs/semconv/rpc/rpc-spans/
 */
export function describeSpan(request: FinishedRequest): void {
  if (!isTraced()) return;
  const span = trace.getSpan(context.active());
  if (!span?.isRecording()) return;
  span.updateName(`${request.service}/${request.operation ?? "unknown"}`);
  span.setAttributes({
    "rpc.system": "aws-api",
    "rpc.service": request.service,
    "rpc.method": request.operation ?? "unknown",
    "aws.request_id": request.requestId,
    "http.response.status_code": request.status,
    "rolecall.outcome": request.outcome,
    ...(request.errorCode !== undefined && { "error.type": request.errorCode }),
  });
  if (request.outcome === "failed") span.setStatus({ code: SpanStatusCode.ERROR });
}

const headerOf = (request: WireRequest, name: string): string | undefined =>
  request.headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
const headerNames = (request: WireRequest): string[] => request.headers.map(([name]) => name);
