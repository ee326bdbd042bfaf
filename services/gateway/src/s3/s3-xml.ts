import type { AwsError } from "@rolecall/model";
import type { Exchange, WireResponse } from "@rolecall/pipeline";
import { xmlText } from "@rolecall/protocol";

const prolog = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** An answer of the gateway's own. */
export function xmlAnswer(status: number, xml: string, exchange: Exchange): WireResponse {
  return {
    status,
    headers: [
      ["Content-Type", "application/xml"],
      ["x-amz-request-id", exchange.requestId],
    ],
    body: prolog + xml,
  };
}

export function emptyAnswer(status: number, exchange: Exchange): WireResponse {
  return { status, headers: [["x-amz-request-id", exchange.requestId]], body: undefined };
}

/**
 * S3's error form; HEAD has no body.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function s3Error(error: AwsError, exchange: Exchange): WireResponse {
  if (exchange.request.method === "HEAD") return emptyAnswer(error.status, exchange);
  const code = error.code === "ServiceFailure" ? "InternalError" : error.code;
  const members = [
    ["Code", code],
    ["Message", error.message === "" ? code : error.message],
    ["Resource", exchange.request.path],
    ["RequestId", exchange.requestId],
    ["HostId", "rolecall"],
  ];
  const xml = members.map(([name, text]) => `<${name}>${xmlText(text ?? "")}</${name}>`).join("");
  return xmlAnswer(error.status, `<Error>${xml}</Error>`, exchange);
}
