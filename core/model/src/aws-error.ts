/** Whose fault an error is: Sender for 4xx, Receiver for 5xx. */
export type Fault = "Sender" | "Receiver";

/**
 * An error as a client sees it. Services throw it, the protocol writes it, once.
 *
 * It is an `Error` so that it can be thrown and caught like one, but it captures no stack: it is an answer, not a
 * bug, and refusals are as frequent as successes.
 */
export class AwsError extends Error {
  /** The code on the wire: `NoSuchEntity`, without "Exception" unless AWS has it there. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  readonly fault: Fault;

  constructor(code: string, status: number, fault: Fault, message: string) {
    // Capturing a stack costs eight times as much as all the rest.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = limit;
    this.name = "AwsError";
    this.code = code;
    this.status = status;
    this.fault = fault;
  }
}

/** An error with any code. Prefer the named constructors: they cannot be misspelt. */
export function awsError(
  code: string,
  status: number,
  message: string,
  fault: Fault = faultOf(status),
): AwsError {
  return new AwsError(code, status, fault, message);
}

/** Makes the constructor of one error: `NoSuchEntity(message)`. */
export function errorOf(
  code: string,
  status: number,
  fault: Fault = faultOf(status),
): (message: string) => AwsError {
  return (message) => new AwsError(code, status, fault, message);
}

function faultOf(status: number): Fault {
  return status >= 500 ? "Receiver" : "Sender";
}
