import { MalformedQueryString, ValidationError } from "@rolecall/model";
import type { AwsError } from "@rolecall/model";
import type { Exchange, WireResponse } from "@rolecall/pipeline";

/** Bodies of administration requests. */
export const maxBodyBytes = 65_536;

export function jsonAnswer(status: number, value: unknown): WireResponse {
  return { status, headers: [["Content-Type", "application/json"]], body: JSON.stringify(value) };
}

/** The error form of AWS's rest-json services. */
export function jsonError(error: AwsError): WireResponse {
  const answer = jsonAnswer(error.status, { __type: error.code, message: error.message });
  answer.headers.push(["x-amzn-ErrorType", error.code]);
  return answer;
}

/** The request's JSON object; nothing sent is an empty one. */
export function jsonBody(exchange: Exchange): Record<string, unknown> {
  const text = Buffer.from(exchange.body ?? new Uint8Array()).toString("utf8");
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw MalformedQueryString("The request body is not valid JSON.");
  }
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw ValidationError("The request body must be a JSON object.");
  return value as Record<string, unknown>;
}
