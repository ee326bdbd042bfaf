// The errors that any operation may answer with and that no operation declares.
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
// Where those pages and the services differ, the status is the one that was observed.

import { errorOf } from "./aws-error.ts";

/** The pages say 400; the services answer 403. */
export const AccessDenied = errorOf("AccessDenied", 403);
export const ExpiredToken = errorOf("ExpiredToken", 403);
export const IncompleteSignature = errorOf("IncompleteSignature", 400);
export const InternalFailure = errorOf("InternalFailure", 500);
export const InvalidAction = errorOf("InvalidAction", 400);
/** Unknown or inactive key, and a session token that does not belong to it. */
export const InvalidClientTokenId = errorOf("InvalidClientTokenId", 403);
export const InvalidParameterCombination = errorOf("InvalidParameterCombination", 400);
export const InvalidParameterValue = errorOf("InvalidParameterValue", 400);
/** A parameter that is not of its type: `DurationSeconds=9e2`. Observed in 2026, on no page. */
export const MalformedInput = errorOf("MalformedInput", 400);
export const MalformedQueryString = errorOf("MalformedQueryString", 400);
export const MissingAction = errorOf("MissingAction", 400);
export const MissingAuthenticationToken = errorOf("MissingAuthenticationToken", 403);
export const MissingParameter = errorOf("MissingParameter", 400);
export const NotAuthorized = errorOf("NotAuthorized", 401);
/** For what the model has and this server does not: 400, because clients repeat a 5xx for minutes. */
export const NotImplemented = errorOf("NotImplemented", 400);
export const OptInRequired = errorOf("OptInRequired", 403);
export const RequestEntityTooLarge = errorOf("RequestEntityTooLarge", 413);
export const RequestExpired = errorOf("RequestExpired", 400);
export const ServiceUnavailable = errorOf("ServiceUnavailable", 503);
export const SignatureDoesNotMatch = errorOf("SignatureDoesNotMatch", 403);
export const Throttling = errorOf("Throttling", 400);
export const ValidationError = errorOf("ValidationError", 400);
