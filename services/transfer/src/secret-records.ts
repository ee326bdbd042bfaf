/**
 * Where secrets stand, encrypted under the master key or hashed: what an export without secrets leaves out. `record`:
 * nothing is left of a record without its secret. Members: what stands there instead.
 *
 * INVARIANT: every record type with a sealed or hashed member has a row; a test reads the declarations.
 */
export const secretRecords: Readonly<Record<string, "record" | Readonly<Record<string, unknown>>>> = {
  accessKeys: "record",
  keys: "record",
  loginProfiles: "record",
  mfaDevices: "record",
  samlProviders: { privateKeys: [] },
  serverCertificates: "record",
  serviceSpecificCredentials: "record",
};

/** Of no use elsewhere: explanations of refused requests, which expire by themselves. */
export const passingRecords: ReadonlySet<string> = new Set(["decisions"]);

/** The record as an export without secrets has it; undefined when nothing of it is left. */
export function withoutSecrets(collection: string, record: object): object | undefined {
  const secret = secretRecords[collection];
  if (secret === "record") return undefined;
  if (secret === undefined) return record;
  return { ...record, ...secret };
}
