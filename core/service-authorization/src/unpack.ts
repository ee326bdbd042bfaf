// The packed form that tools/codegen/service-authorization.mjs writes: lines of JSON, brotli, base64.
import { brotliDecompressSync } from "node:zlib";
import { packedServices } from "./generated/data.ts";

/** Type of a condition key's values, as the Service Authorization Reference names it. */
export type ConditionKeyType = "String" | "ARN" | "Bool" | "Numeric" | "Date" | "IPAddress" | "Binary";

/** What an action does. Tagging and Permissions management are the special cases of Write. */
export type AccessLevel = "Read" | "List" | "Write" | "Tagging" | "Permissions management";

/** Levels and types by their number in the packed form: the order is the generator's. */
export const accessLevels: readonly AccessLevel[] = [
  "Read",
  "List",
  "Write",
  "Tagging",
  "Permissions management",
];
export const keyTypes: readonly ConditionKeyType[] = [
  "String",
  "ARN",
  "Bool",
  "Numeric",
  "Date",
  "IPAddress",
  "Binary",
];

/** An index in the service's list, or a name that is not in it. */
type Ref = number | string;
/** key, type, 1 when multivalued */
export type PackedKey = [string, number, number];
/** key, type, 1 when multivalued, category */
export type PackedGlobalKey = [string, number, number, string];
/** name, ARN, condition keys */
export type PackedResourceType = [string, string, Ref[]?];
/** resource type, 1 when required, condition keys, dependent actions */
export type PackedActionResource = [Ref, number?, Ref[]?, string[]?];
/** name, access level, condition keys, resource types, dependent actions */
export type PackedAction = [string, number?, Ref[]?, PackedActionResource[]?, string[]?];
/** display name, condition keys, resource types, actions */
export type PackedService = [string, PackedKey[], PackedResourceType[], PackedAction[]];

/**
 * version, date, global condition keys, services that take part in resource control policies, service segment of ARNs ->
 * services where that is not the one of the same name alone
 */
export type PackedHead = [string, string, PackedGlobalKey[], string[], Record<string, string[]>];

export interface Unpacked {
  readonly head: PackedHead;
  /** Prefix -> JSON of a PackedService: most callers ask for a few services only. */
  readonly services: ReadonlyMap<string, string>;
}

/** Takes about 10 ms. The text is ours, written and checked by the generator, so its form is taken as given. */
export function unpack(): Unpacked {
  const text = brotliDecompressSync(Buffer.from(packedServices, "base64")).toString("utf8");
  const [head = "", ...lines] = text.split("\n");
  const services = new Map<string, string>();
  for (const line of lines) {
    const tab = line.indexOf("\t");
    if (tab !== -1) services.set(line.slice(0, tab), line.slice(tab + 1));
  }
  return { head: JSON.parse(head) as PackedHead, services };
}
