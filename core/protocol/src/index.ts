export { decodeInput } from "./decode-input.ts";
export type { DecodedInput, InputNamed } from "./decode-input.ts";
export { encodeErrorJson, encodeResponseJson } from "./encode-json.ts";
export { encodeError, encodeResponse } from "./encode-xml.ts";
export type { OutputNamed } from "./encode-xml.ts";
export { mergeForms, parseForm } from "./form.ts";
export type { Parameters, ParsedForm } from "./form.ts";
export { nameOperation } from "./name-operation.ts";
export type { NamedOperation } from "./name-operation.ts";
