import { revocationOf } from "@rolecall/access";
import { parseEntityArn, roleArn } from "@rolecall/identifiers";
import { NoSuchEntity, ValidationError } from "@rolecall/model";
import { anyOperation } from "@rolecall/pipeline";
import type { ReadTx, RevocationScope } from "@rolecall/store-contract";
import { adminCheck } from "../admin-check.ts";
import { jsonAnswer, jsonBody } from "../rest-json.ts";

interface RevokeSessionsInput {
  scope: RevocationScope;
  /** An access key id, a role's ARN, or a source identity. */
  value: string;
}

interface RevokeSessionsOutput {
  revoked: { scope: RevocationScope; value: string; issuedUntil: string };
}

const members = {
  accessKeyId: { scope: "session", pattern: /^\w{16,128}$/ },
  role: { scope: "role", pattern: /^arn:aws:iam::\d{12}:role\/[\x21-\x7e]{1,600}$/ },
  sourceIdentity: { scope: "source-identity", pattern: /^[\w+=,.@-]{2,64}$/ },
} as const;

/** The role's unique id: sessions of a role made anew under the same name are not meant. */
async function roleIdOf(tx: ReadTx, arn: string): Promise<string> {
  const named = parseEntityArn(arn);
  const role = named && (await tx.roles.get(named.accountId, named.name));
  if (!role || roleArn(role.accountId, role.path, role.name) !== arn)
    throw NoSuchEntity(`There is no role ${arn}; sessions of a role that was deleted are over already.`);
  return role.roleId;
}

/**
 * Ends sessions before their time, on every node with the next request: one by its access key id, all of a role, or all
 * with a source identity. What was chained from an ended session ends with it. Later sessions are not meant.
 *
 * `POST /_rolecall/sessions/revoke` with one of `{"accessKeyId":"ASIA…"}`, `{"role":"arn:…"}`, `{"sourceIdentity":"…"}`
 */
export const RevokeSessions = anyOperation<RevokeSessionsInput, RevokeSessionsOutput>({
  name: "RevokeSessions",
  readOnly: false,
  allowsUnsigned: false,
  decode(exchange) {
    const [[name, value] = [], ...more] = Object.entries(jsonBody(exchange));
    if (name === undefined || more.length > 0 || !Object.hasOwn(members, name))
      throw ValidationError("Give one of accessKeyId, role and sourceIdentity.");
    const { scope, pattern } = members[name as keyof typeof members];
    if (typeof value !== "string" || !pattern.test(value))
      throw ValidationError(`The value of ${name} is invalid.`);
    return { scope, value };
  },
  authorization: ({ scope, value }, context) => adminCheck(context, "RevokeSessions", `${scope}/${value}`),
  async handle({ scope, value }, { store, nowMs }) {
    const revokedAtMs = await store.write(async (tx) => {
      const key = scope === "role" ? await roleIdOf(tx, value) : value;
      // Another node's clock may be ahead of ours: what it has ended stays so.
      const before = await tx.revocations.get(scope, key);
      const latestMs = Math.max(nowMs, before?.revokedAtMs ?? 0);
      await tx.revocations.put(revocationOf(scope, key, latestMs));
      return latestMs;
    });
    return { revoked: { scope, value, issuedUntil: new Date(revokedAtMs).toISOString() } };
  },
  encode: (output) => jsonAnswer(200, output),
  describe: (input) => ({ requestParameters: input ? { ...input } : null }),
});
