import { rotateWebIdentityKeys, tokenKeyPurpose } from "@rolecall/access";
import { isAccountId } from "@rolecall/identifiers";
import { awsError, ValidationError } from "@rolecall/model";
import { anyOperation } from "@rolecall/pipeline";
import type { Operation, OperationContext } from "@rolecall/pipeline";
import { adminCheck } from "../admin-check.ts";
import { jsonAnswer, jsonBody } from "../rest-json.ts";
import type { KeyControls } from "./key-controls.ts";

interface ListedKeys {
  tokenKeys: { id: string; createdAt: string; retiresAt?: string }[];
  /** More than one while a master key is replaced. */
  masterKeys: number;
}

const iso = (ms: number): string => new Date(ms).toISOString();
const maxKeys = 1000;

/** The keys that seal session tokens, the one in use first, and how many master keys are in use. `GET /_rolecall/keys` */
export const listKeys = (controls: KeyControls): Operation =>
  anyOperation<object, ListedKeys>({
    name: "ListKeys",
    readOnly: true,
    allowsUnsigned: false,
    decode: () => ({}),
    authorization: (_input, context) => adminCheck(context, "ListKeys", "key/*"),
    async handle(_input, { store }) {
      const records = await store.read((tx) => tx.keys.list([tokenKeyPurpose], { limit: maxKeys }));
      const retires = (ms: number | undefined): number => ms ?? Number.MAX_SAFE_INTEGER;
      return {
        tokenKeys: records
          .toSorted((a, b) => retires(b.retiresAtMs) - retires(a.retiresAtMs))
          .map(({ keyId, createdAtMs, retiresAtMs }) => ({
            id: keyId,
            createdAt: iso(createdAtMs),
            ...(retiresAtMs !== undefined && { retiresAt: iso(retiresAtMs) }),
          })),
        masterKeys: controls.masterKeyCount(),
      };
    },
    encode: (output) => jsonAnswer(200, output),
    describe: () => ({}),
  });

type RotateKeysInput = { key: "token" } | { key: "master" } | { key: "web-identity"; account: string };

async function rotate(
  input: RotateKeysInput,
  { access, store, random, nowMs }: OperationContext,
  controls: KeyControls,
): Promise<object> {
  switch (input.key) {
    case "token":
      return { key: "token", id: await access.tokenKeys.rotate(nowMs) };
    case "master":
      if (!controls.rotateMaster)
        throw ValidationError(
          "The master key is given from outside, or shared by several processes: start them with the new key after the old one in ROLECALL_MASTER_KEY, and then with the new one first.",
        );
      controls.rotateMaster();
      return { key: "master" };
    case "web-identity": {
      const account = await store.read((tx) => tx.accounts.get(input.account));
      if (!account?.outboundWebIdentity)
        throw awsError("ResourceNotFoundException", 404, "The account has no issuer of identity tokens.");
      await rotateWebIdentityKeys(input.account, { store, masterKey: access.masterKey, random, nowMs });
      return input;
    }
  }
}

/**
 * Replaces a key: that of session tokens, the master key, or those of an account's issuer of identity tokens. What was
 * made under the old key stays valid until it expires; secrets at rest are sealed anew in the background.
 *
 * `POST /_rolecall/keys/rotate` `{"key":"token"}`, `{"key":"master"}` or `{"key":"web-identity","account":ID}`
 */
export const rotateKeys = (controls: KeyControls): Operation =>
  anyOperation<RotateKeysInput, object>({
    name: "RotateKeys",
    readOnly: false,
    allowsUnsigned: false,
    decode(exchange) {
      const { key, account, ...rest } = jsonBody(exchange);
      const unknown = Object.keys(rest)[0];
      if (unknown !== undefined)
        throw ValidationError(`Unknown member ${JSON.stringify(unknown.slice(0, 64))}.`);
      if (key === "web-identity") {
        if (typeof account !== "string" || !isAccountId(account))
          throw ValidationError("account must be twelve decimal digits.");
        return { key, account };
      }
      if ((key !== "token" && key !== "master") || account !== undefined)
        throw ValidationError("key must be token, master, or web-identity with an account.");
      return { key };
    },
    authorization: (input, context) => adminCheck(context, "RotateKeys", `key/${input.key}`),
    handle: (input, context) => rotate(input, context, controls),
    encode: (output) => jsonAnswer(200, output),
    describe: (input) => ({ requestParameters: input ? { ...input } : null }),
  });
