import { AccessDenied, ValidationError } from "@rolecall/model";
import { anyOperation } from "@rolecall/pipeline";
import type { Operation } from "@rolecall/pipeline";
import { adminCheck } from "./admin-check.ts";
import { jsonAnswer, jsonBody } from "./rest-json.ts";

/** How far a test may move the clock: ten years either way. */
const maxOffsetMs = 10 * 366 * 86_400_000;

/** What the server lets tests do, when it was started with `--allow-reset`. */
export interface TestControls {
  allowed: boolean;
  setClockOffset(offsetMs: number): void;
}

/**
 * Moves the server's clock, so that a session of twelve hours can expire in a millisecond. Refused unless the
 * server was started with `--allow-reset`.
 *
 * `POST /_rolecall/clock` `{"offsetMs":43200000}`, counted from real time
 */
export const setClock = (controls: TestControls): Operation =>
  anyOperation<{ offsetMs: number }, { offsetMs: number }>({
    name: "SetClock",
    readOnly: false,
    allowsUnsigned: false,
    decode(exchange) {
      const { offsetMs, ...rest } = jsonBody(exchange);
      const unknown = Object.keys(rest)[0];
      if (unknown !== undefined)
        throw ValidationError(`Unknown member ${JSON.stringify(unknown.slice(0, 64))}.`);
      if (typeof offsetMs !== "number" || !Number.isInteger(offsetMs) || Math.abs(offsetMs) > maxOffsetMs)
        throw ValidationError("offsetMs must be a whole number of milliseconds, at most ten years.");
      return { offsetMs };
    },
    authorization: (_input, context) => adminCheck(context, "SetClock", "clock"),
    async handle(input) {
      if (!controls.allowed) throw AccessDenied("The server was not started with --allow-reset.");
      controls.setClockOffset(input.offsetMs);
      return input;
    },
    encode: (output) => jsonAnswer(200, output),
    describe: (input) => ({ requestParameters: input ? { offsetMs: input.offsetMs } : null }),
  });
