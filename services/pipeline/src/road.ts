import { hash } from "node:crypto";
import { anonymousCaller, useOf } from "@rolecall/access";
import type { Access, UsageRecorder } from "@rolecall/access";
import type { AuditSink } from "@rolecall/audit";
import { bySecond } from "@rolecall/identifiers";
import type { Random } from "@rolecall/identifiers";
import { AwsError, ConcurrentModification, ServiceFailure } from "@rolecall/model";
import type { ReadTx, Store } from "@rolecall/store-contract";
import { auditRequest } from "./audit-request.ts";
import { Basis, OutdatedDecision, storeOver, storeWithin } from "./basis.ts";
import { denial } from "./denial.ts";
import type { Exchange } from "./exchange.ts";
import { identify } from "./identify.ts";
import type { Directory } from "./identify.ts";
import type { Journey } from "./journey.ts";
import { outcomeOf } from "./observer.ts";
import type { RequestObserver } from "./observer.ts";
import type { Operation, OperationContext } from "./operation.ts";
import type { Service } from "./service.ts";
import { requestFacts } from "./request-facts.ts";
import { uuid } from "./uuid.ts";
import type { WireRequest, WireResponse } from "./wire.ts";

/** What the road is built over. */
export interface RoadOptions {
  directory: Directory;
  access: Access;
  store: Store;
  audit: AuditSink;
  /** Told of every authenticated request, whatever came of it. */
  usage: UsageRecorder;
  random: Random;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Whether a denial's message says why, beyond AWS's own sentence. */
  explain: "inline" | "record";
  /** Called with every failure that is a bug of ours; never with a secret. */
  onFailure: (requestId: string, error: unknown) => void;
  observer?: RequestObserver;
}

export type Road = (request: WireRequest) => Promise<WireResponse>;

/** How often a request is decided on whose object others keep changing. */
const maxDecisions = 5;

/**
 * The one road of every request:
 * identify > name > authenticate > decode > authorize > handle > encode, and audit whatever happened.
 *
 * INVARIANT: `handle` is called here and nowhere else, and only after `authorize` allowed every check.
 */
export function createRoad(options: RoadOptions): Road {
  const { access, store, audit, random, now } = options;

  async function name({ exchange, service }: Journey): Promise<Operation> {
    const limit = await bufferLimit(exchange, service);
    if (limit !== undefined) exchange.body = await exchange.request.body.buffer(limit);
    return service.name(exchange);
  }

  /** Strangers cannot make us hold large bodies: those are read for requests that name a key of ours. */
  async function bufferLimit({ request }: Exchange, service: Service): Promise<number | undefined> {
    const { bufferBytes, bufferBytesOfCallers } = service;
    if (bufferBytes === undefined || bufferBytesOfCallers === undefined) return bufferBytes;
    const { declaredLength } = request.body;
    if (declaredLength !== undefined && declaredLength <= bufferBytes) return bufferBytes;
    return (await access.namesCredentials(request, service.signing)) ? bufferBytesOfCallers : bufferBytes;
  }

  async function authenticate(journey: Journey): Promise<void> {
    const { exchange, service, operation } = journey;
    const body = exchange.body;
    const found = await access.authenticate(exchange.request, {
      signing: service.signing,
      signingNames: service.signingNames,
      bodySha256: body && hash("sha256", body, "hex"),
      allowsUnsigned: operation?.allowsUnsigned ?? false,
      nowMs: exchange.receivedAtMs,
      virtualHostBucket: service.virtualHostBucket?.(exchange),
    });
    journey.caller = found.caller;
    journey.signature = found.signature;
    journey.region = service.homeRegion ?? found.region ?? "us-east-1";
  }

  function operationContext(journey: Journey): OperationContext {
    const basis = new Basis();
    return {
      caller: journey.caller,
      accountId: journey.caller.accountId,
      store,
      basis,
      access,
      nowMs: journey.exchange.receivedAtMs,
      random,
      region: journey.region,
      exchange: journey.exchange,
      signature: journey.signature,
      // A document may have been waited for since the request began.
      facts: () => requestFacts(journey, now()),
    };
  }

  /** The same decision once more, on what a running transaction finds. */
  async function isStillAllowed(
    { caller, input }: Journey,
    operation: Operation,
    context: OperationContext,
    tx: ReadTx,
  ): Promise<boolean> {
    const within = { ...context, store: storeWithin(store, tx), basis: new Basis() };
    const checks = await operation.authorization(input, within);
    return checks === "none" || (await access.authorize(caller, checks, context.facts(), tx)).allowed;
  }

  async function authorize(journey: Journey, operation: Operation, context: OperationContext): Promise<void> {
    const action = `${journey.service.actionPrefix}:${operation.name}`;
    const limited = access.credentialLimit(journey.caller, action);
    if (limited) throw limited;
    const checks = await operation.authorization(journey.input, context);
    if (checks === "none") return;
    journey.action = checks[0]?.action;
    const startedMs = options.observer?.elapsedMs();
    const authorized = await access.authorize(journey.caller, checks, context.facts());
    if (options.observer && startedMs !== undefined)
      journey.authorizeMs = options.observer.elapsedMs() - startedMs;
    if (!authorized.allowed) throw await denial(authorized, journey, options);
  }

  async function travel(journey: Journey): Promise<WireResponse> {
    const operation = await name(journey);
    journey.operation = operation;
    await authenticate(journey);
    journey.input = await operation.decode(journey.exchange);
    for (let attempt = 1; !(await isDone(journey, operation)); attempt++)
      if (attempt === maxDecisions)
        throw ConcurrentModification(
          "The request was rejected because what it is about was changed at the same time. Please try again.",
        );
    return operation.encode(journey.output, journey.exchange);
  }

  /** False when what the operation was allowed on had changed before it did anything, so that it may be refused now. */
  async function isDone(journey: Journey, operation: Operation): Promise<boolean> {
    const context = operationContext(journey);
    journey.context = context;
    try {
      await authorize(journey, operation, context);
      // From here on it looks again at what was decided on.
      context.store = storeOver(store, context.basis, (tx) =>
        isStillAllowed(journey, operation, context, tx),
      );
      journey.output = await operation.handle(journey.input, context);
      return true;
    } catch (error) {
      if (error instanceof OutdatedDecision) return false;
      throw error;
    }
  }

  // Its reads see all that was answered before it came, and the store is asked for that once.
  return (request) => (store.during ? store.during(() => serve(request)) : serve(request));

  async function serve(request: WireRequest): Promise<WireResponse> {
    const startedMs = options.observer?.elapsedMs() ?? 0;
    const exchange: Exchange = { request, requestId: uuid(random), receivedAtMs: now() };
    const service = identify(exchange, options.directory);
    const journey: Journey = {
      exchange,
      service,
      caller: anonymousCaller,
      region: service.homeRegion ?? "us-east-1",
    };
    try {
      journey.response = await travel(journey);
    } catch (error) {
      journey.error = asAwsError(error, exchange.requestId);
      journey.response = service.encodeError(exchange, journey.error);
    }
    noteUse(journey);
    try {
      await audit.append(auditRequest(journey, random));
    } catch (error) {
      // An answer that cannot be audited is not given. What was done stays done; the client hears of a failure.
      options.onFailure(exchange.requestId, error);
      journey.error = internalFailure();
      journey.response = service.encodeError(exchange, journey.error);
    }
    observe(journey, journey.response.status, startedMs);
    return stamped(journey.response, exchange);
  }

  function observe(
    { exchange, service, operation, caller, error, ...journey }: Journey,
    status: number,
    startedMs: number,
  ): void {
    options.observer?.finished({
      requestId: exchange.requestId,
      service: service.id,
      operation: operation?.name,
      outcome: outcomeOf(error),
      status,
      errorCode: error?.code,
      callerArn: caller.arn,
      durationMs: options.observer.elapsedMs() - startedMs,
      authorizeMs: journey.authorizeMs,
    });
  }

  /** For last accessed information; requests whose signature did not verify are nobody's. */
  function noteUse({ signature, service, operation, action, caller, region, exchange }: Journey): void {
    if (!signature || !operation) return;
    const use = useOf(caller, action ?? `${service.actionPrefix}:${operation.name}`, {
      region,
      atMs: exchange.receivedAtMs,
    });
    if (use) options.usage.record(use);
  }

  function asAwsError(error: unknown, requestId: string): AwsError {
    if (error instanceof AwsError) return error;
    const known = options.access.storeError(error);
    // A store that is gone is told, too: the client hears that it should come again, the operator hears why.
    options.onFailure(requestId, error);
    return known ?? internalFailure();
  }
}

const internalFailure = (): AwsError =>
  ServiceFailure("The request processing has failed because of an unknown error, exception or failure.");

/** A store that is gone is looked for at every request, so it is found as soon as it is back. */
const retryAfterSeconds = "1";

const httpDate = bySecond((atMs) => new Date(atMs).toUTCString());

/** Headers that every answer carries. */
function stamped(response: WireResponse, exchange: Exchange): WireResponse {
  response.headers.push(
    ["x-amzn-RequestId", exchange.requestId],
    ["x-rolecall-authz", "enforced"],
    // From our clock, not the host's: clients correct their own by it.
    ["Date", httpDate(exchange.receivedAtMs)],
  );
  if (response.status === 503) response.headers.push(["Retry-After", retryAfterSeconds]);
  return response;
}
