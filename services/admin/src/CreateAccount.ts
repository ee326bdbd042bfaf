import { newAccessKey, sealSecret } from "@rolecall/credentials";
import { isAccountId, rootArn } from "@rolecall/identifiers";
import { EntityAlreadyExists, ValidationError } from "@rolecall/model";
import { anyOperation } from "@rolecall/pipeline";
import type { Account } from "@rolecall/store-contract";
import { adminCheck } from "./admin-check.ts";
import { installationOrganization } from "./organization-record.ts";
import { jsonAnswer, jsonBody } from "./rest-json.ts";

interface CreateAccountInput {
  id: string;
  name: string;
}

interface CreateAccountOutput {
  account: { id: string; name: string; arn: string };
  rootAccessKey: { accessKeyId: string; secretAccessKey: string };
}

/**
 * Creates an account of this installation with a root access key, which is told once, here.
 *
 * `POST /_rolecall/accounts` `{"id":"111122223333","name":"dev"}`
 */
export const CreateAccount = anyOperation<CreateAccountInput, CreateAccountOutput>({
  name: "CreateAccount",
  readOnly: false,
  allowsUnsigned: false,
  decode(exchange) {
    const { id, name, ...rest } = jsonBody(exchange);
    const unknown = Object.keys(rest)[0];
    if (unknown !== undefined)
      throw ValidationError(`Unknown member ${JSON.stringify(unknown.slice(0, 64))}.`);
    if (typeof id !== "string" || !isAccountId(id))
      throw ValidationError("id must be twelve decimal digits.");
    if (typeof name !== "string" || name.length < 1 || name.length > 50)
      throw ValidationError("name must have 1 to 50 characters.");
    return { id, name };
  },
  authorization: ({ id }, context) => adminCheck(context, "CreateAccount", `account/${id}`),
  async handle({ id, name }, { store, access, nowMs, random }) {
    const { accessKeyId, secretAccessKey } = newAccessKey(id, random);
    const account: Account = { accountId: id, name, createdAtMs: nowMs, status: "ACTIVE" };
    await store.write(async (tx) => {
      if (await tx.accounts.get(id)) throw EntityAlreadyExists(`Account ${id} already exists.`);
      const organization = await installationOrganization(tx);
      await tx.accounts.insert({
        ...account,
        ...(organization && { organizationId: organization.organizationId }),
      });
      await tx.accessKeys.insert({
        accessKeyId,
        accountId: id,
        owner: { kind: "root" },
        status: "Active",
        createdAtMs: nowMs,
        sealedSecret: sealSecret(access.masterKey, accessKeyId, secretAccessKey, random),
      });
    });
    return {
      account: { id, name, arn: rootArn(id) },
      rootAccessKey: { accessKeyId, secretAccessKey: secretAccessKey.reveal() },
    };
  },
  encode: (output) => jsonAnswer(201, output),
  describe(input, output) {
    return {
      requestParameters: input ? { id: input.id, name: input.name } : null,
      responseElements: output
        ? { account: output.account, rootAccessKeyId: output.rootAccessKey.accessKeyId }
        : null,
    };
  },
});
