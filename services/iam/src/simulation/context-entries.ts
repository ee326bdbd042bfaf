import { InvalidInput } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { isOfValueType } from "@rolecall/policy/language";
import type { ContextValue } from "@rolecall/policy";
import type { ContextValueType } from "@rolecall/policy/language";

const formats: Partial<Record<ContextValueType, string>> = {
  numeric: "numeric format",
  date: "DateTime format",
  ip: "IP address",
  binary: "base-64 encoded binary format",
};

/**
 * The context a simulation is given. Sentences as recorded on the live service, 09/2026.
 * @returns keys in lower case
 * @throws InvalidInput for a key that is given twice, or values that are not of their type
 */
export function contextEntries(entries: readonly Iam.ContextEntry[] | undefined): Map<string, ContextValue> {
  const context = new Map<string, ContextValue>();
  for (const { ContextKeyName: name, ContextKeyValues: values = [], ContextKeyType: type } of entries ?? []) {
    if (name === undefined) throw InvalidInput("A context entry must have a context key name.");
    const key = name.toLowerCase();
    if (context.has(key)) throw InvalidInput(`Duplicate context key: ${name}.`);
    const isList = type === undefined ? values.length !== 1 : type.endsWith("List");
    const valueType = (type ?? "string").replace("List", "") as ContextValueType;
    if (!isList && values.length > 1)
      throw InvalidInput(`Context key ${valueType} expected a single value, but received ${values.length}.`);
    for (const value of values)
      if (!isOfValueType(valueType, value))
        throw InvalidInput(`Invalid context value for key ${name}: expected ${formats[valueType]}.`);
    const [only] = values;
    // A key without values is an absent key.
    if (only !== undefined) context.set(key, isList ? values : only);
  }
  return context;
}
