import type { Check } from "@rolecall/access";
import { eventParameters } from "@rolecall/audit";
import { MissingAuthenticationToken, NotImplemented } from "@rolecall/model";
import type { AwsError, InputOf, OperationName, OutputOf, ServiceModel } from "@rolecall/model";
import {
  decodeInput,
  encodeError,
  encodeErrorJson,
  encodeResponse,
  encodeResponseJson,
  mergeForms,
  nameOperation,
  parseForm,
} from "@rolecall/protocol";
import type { Parameters } from "@rolecall/protocol";
import type { Exchange } from "./exchange.ts";
import { signedService } from "./identify.ts";
import { anyOperation } from "./operation.ts";
import type { Authorization, EventDetails, Operation, OperationContext } from "./operation.ts";
import type { Service } from "./service.ts";
import { header } from "./wire.ts";
import type { WireResponse } from "./wire.ts";

/**
 * What one file of a query service says about its operation; everything else comes from the model.
 * The check's action is the operation's own name unless the check names another.
 */
export interface OperationDefinition<Input, Output> {
  /** Default: false for Create, Delete, Put and the like; true for Get, List and the like. */
  readOnly?: boolean;
  allowsUnsigned?: boolean;
  authorization(
    input: Input,
    context: OperationContext,
  ): Promise<CheckFacts | readonly CheckFacts[] | "none"> | CheckFacts | readonly CheckFacts[] | "none";
  handle(input: Input, context: OperationContext): Promise<Output>;
  /** Facts for the audit event that do not follow from input and output. */
  event?(input: Input, output: Output | undefined, context: OperationContext): EventDetails;
}

/** A check whose action and owner default to the operation and the caller's account. */
export type CheckFacts = Omit<Check, "action" | "resourceAccountId"> & {
  action?: string;
  resourceAccountId?: string | undefined;
};

const readPattern = /^(Get|List|Describe|Simulate|Generate|Decode)/;

/** The request's parameters, from form body and query string: clients use either, some both. */
function parameters(exchange: Exchange): Parameters {
  return (exchange.parameters ??= readParameters(exchange));
}

function readParameters({ request, body }: Exchange): Parameters {
  const query = parseForm(request.query);
  if (!query.ok) throw query.error;
  const form = parseForm(body ?? "");
  if (!form.ok) throw form.error;
  const merged = mergeForms(query.params, form.params);
  if (!merged.ok) throw merged.error;
  return merged.params;
}

/** One operation of a query service, typed by its name in the model. */
export function operation<Shapes extends object, Name extends OperationName<Shapes>>(
  model: ServiceModel<Shapes>,
  name: Name,
  definition: OperationDefinition<InputOf<Shapes, Name> & object, OutputOf<Shapes, Name>>,
): Operation {
  type Input = InputOf<Shapes, Name> & object;
  type Output = OutputOf<Shapes, Name>;
  const readOnly = definition.readOnly ?? readPattern.test(name);
  const style = { dateComma: model.id === "sts" };

  return anyOperation<Input, Output>({
    name,
    readOnly,
    allowsUnsigned: definition.allowsUnsigned ?? false,
    decode(exchange) {
      const decoded = decodeInput(model, name, parameters(exchange));
      if (!decoded.ok) throw decoded.error;
      return decoded.input as Input;
    },
    async authorization(input, context): Promise<Authorization> {
      const facts = await definition.authorization(input, context);
      if (facts === "none") return "none";
      return [facts].flat().map((fact: CheckFacts) => ({
        action: `${model.signingName}:${name}`,
        resourceAccountId: context.accountId,
        ...fact,
      }));
    },
    handle: (input, context) => definition.handle(input, context),
    encode: (output, exchange) => answer(exchange, 200, encodedOutput(exchange, output)),
    describe(input, output, context): EventDetails {
      const details: EventDetails = { ...(input && definition.event?.(input, output, context)) };
      if (details.requestParameters === undefined) details.requestParameters = eventParameters(input, style);
      if (details.responseElements === undefined)
        details.responseElements =
          readOnly && model.id === "iam"
            ? null
            : eventParameters((output ?? undefined) as object | undefined, style);
      return details;
    },
  });

  function encodedOutput(exchange: Exchange, output: Output): string {
    const encode = wantsJson(exchange) ? encodeResponseJson : encodeResponse;
    // `Output` is what the encoder wants of this operation; the compiler cannot see it through a generic model.
    return encode(model, name, output as never, exchange.requestId);
  }
}

/** `Accept: application/json` is answered in JSON; some identity verifiers depend on it. */
function wantsJson(exchange: Exchange): boolean {
  return header(exchange.request, "accept")?.toLowerCase().includes("application/json") ?? false;
}

function answer(exchange: Exchange, status: number, body: string): WireResponse {
  // Exactly `text/xml`: some clients compare the whole header.
  const contentType = wantsJson(exchange) ? "application/json" : "text/xml";
  return { status, headers: [["Content-Type", contentType]], body };
}

const unsigned = (): AwsError => MissingAuthenticationToken("Request is missing Authentication Token");

/** Bodies of query requests: nearly every operation's largest parameters are far below. */
const maxFormBytes = 1_048_576;

/** A service that can say which of its model's operations it has. */
export interface QueryService extends Service {
  operations: readonly Operation[];
}

/** A service that speaks AWS Query, over the operations it has. The rest of its model answers `NotImplemented`. */
export function queryService<Shapes extends object>(
  model: ServiceModel<Shapes>,
  operations: readonly Operation[],
  facts: {
    homeRegion: string | undefined;
    maxFormBytesOfCallers?: number;
    /** Operations that callers do not sign: where they are not built, that is what is said, not that a signature is missing. */
    unsigned?: readonly string[];
  },
): QueryService {
  const byName = new Map(operations.map((op) => [op.name, op]));
  return {
    operations,
    id: model.id,
    actionPrefix: model.signingName,
    signing: "query",
    signingNames: [model.signingName],
    eventSource: `${model.signingName}.amazonaws.com`,
    homeRegion: facts.homeRegion,
    bufferBytes: maxFormBytes,
    bufferBytesOfCallers: facts.maxFormBytesOfCallers,
    name(exchange) {
      const named = nameOperation([model], parameters(exchange));
      // Whoever does not sign is told that first, as by AWS, whatever else is wrong.
      if (!named.ok) throw signedService(exchange) === undefined ? unsigned() : named.error;
      const { name } = named.operation;
      return byName.get(name) ?? notBuilt(name, facts.unsigned?.includes(name) ?? false);
    },
    encodeError(exchange, error: AwsError) {
      const body = wantsJson(exchange)
        ? encodeErrorJson(error, exchange.requestId)
        : encodeError(model, error, exchange.requestId);
      return answer(exchange, error.status, body);
    },
  };
}

/** An operation that the model has and we have not: refused by name, and never as a server error that clients retry. */
function notBuilt(name: string, allowsUnsigned: boolean): Operation {
  return {
    name,
    readOnly: readPattern.test(name),
    allowsUnsigned,
    decode: () => ({}),
    authorization: () => "none",
    handle: () => Promise.reject(NotImplemented(`Rolecall does not implement the operation ${name} yet.`)),
    encode: () => ({ status: 200, headers: [], body: undefined }),
    describe: () => ({}),
  };
}
