import { AccessDenied } from "@rolecall/model";
import type { AwsError } from "@rolecall/model";
import { anyOperation, encodedAuthorizationMessage, header } from "@rolecall/pipeline";
import type { Exchange, Service, WireResponse } from "@rolecall/pipeline";
import { xmlText } from "@rolecall/protocol";

const maxBodyBytes = 1_048_576;

/** Form bodies are query services' (SQS, SNS, EC2 of old); everything else speaks JSON. */
const isQuery = ({ request }: Exchange): boolean =>
  header(request, "x-amz-target") === undefined &&
  (header(request, "content-type") ?? "").toLowerCase().startsWith("application/x-www-form-urlencoded");

function queryError(error: AwsError, { requestId }: Exchange): WireResponse {
  const members = `<Type>${error.fault}</Type><Code>${xmlText(error.code)}</Code><Message>${xmlText(error.message)}</Message>`;
  return {
    status: error.status,
    headers: [["Content-Type", "text/xml"]],
    body: `<ErrorResponse><Error>${members}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  };
}

/** JSON services end their codes with `Exception`, and refuse with 400. */
function jsonError(error: AwsError): WireResponse {
  const type = error.code.endsWith("Exception") ? error.code : `${error.code}Exception`;
  return {
    status: error.status === 403 ? 400 : error.status,
    headers: [
      ["Content-Type", "application/x-amz-json-1.0"],
      ["x-amzn-ErrorType", type],
    ],
    body: JSON.stringify({ __type: type, message: error.message, Message: error.message }),
  };
}

/** The operation as the target header of JSON services names it; `*` where only the service could tell. */
function targetOperation({ request }: Exchange): string {
  const name = (header(request, "x-amz-target") ?? "").split(".").at(-1) ?? "";
  return /^[A-Za-z0-9]{1,64}$/.test(name) ? name : "*";
}

/**
 * A service that nobody here knows how to authorize. Its callers are authenticated like all others, and denied:
 * a request without a mapping is never forwarded.
 */
export function unknownService(signingName: string): Service {
  const name = signingName.slice(0, 64);
  const refused = anyOperation<object, never>({
    name: "UnknownOperation",
    readOnly: false,
    allowsUnsigned: false,
    decode: () => ({}),
    authorization: (_input, { caller, access, exchange }) => {
      const encoded = encodedAuthorizationMessage(
        // No policy was asked: the request has no action here that one could allow.
        {
          caller,
          action: `${name}:${targetOperation(exchange)}`,
          resource: "*",
          context: {},
          statements: [],
        },
        access,
      );
      const tail = encoded === undefined ? "" : ` Encoded authorization failure message: ${encoded}`;
      throw AccessDenied(
        `Rolecall has no authorization mapping for the service ${name}, so it denies the request.${tail}`,
      );
    },
    handle: () => Promise.reject(new Error("what was not authorized is not handled")),
    encode: (output) => output,
    describe: () => ({}),
  });
  return {
    id: name,
    actionPrefix: name,
    signing: "json",
    signingNames: [signingName],
    eventSource: `${name}.amazonaws.com`,
    homeRegion: undefined,
    bufferBytes: maxBodyBytes,
    name: () => refused,
    encodeError: (exchange, error) => (isQuery(exchange) ? queryError(error, exchange) : jsonError(error)),
  };
}
