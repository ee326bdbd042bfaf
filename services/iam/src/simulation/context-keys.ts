import { iam, InvalidInput } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { parsePolicy } from "@rolecall/policy";
import { contextKeysAsWritten } from "@rolecall/policy/language";
import { accountCheck } from "../checks.ts";
import { sourceCheck } from "./source-check.ts";
import { entityPolicies, requireSource } from "./sources.ts";

/**
 * Keys as they are spelt, each once a document; several documents may repeat one, as recorded.
 * @throws InvalidInput for a document that no policy kind can be
 */
function contextKeys(documents: readonly string[]): Iam.GetContextKeysForPolicyResponse {
  return {
    ContextKeyNames: documents.flatMap((document, at) => {
      const identity = parsePolicy(document, "identity", { isStored: true });
      const parsed = identity.ok ? identity : parsePolicy(document, "resource", { isStored: true });
      if (!parsed.ok) throw InvalidInput(`Policy input list item ${at + 1} has invalid content`);
      return contextKeysAsWritten(parsed.policy);
    }),
  };
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html */
export const GetContextKeysForCustomPolicy = operation(iam, "GetContextKeysForCustomPolicy", {
  authorization: () => accountCheck,
  handle: async ({ PolicyInputList }) => contextKeys(PolicyInputList),
});

/**
 * Of an entity's policies as they stand now, those of a user's groups and the boundary included.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForPrincipalPolicy.html
 */
export const GetContextKeysForPrincipalPolicy = operation(iam, "GetContextKeysForPrincipalPolicy", {
  authorization: ({ PolicySourceArn }, context) => sourceCheck(PolicySourceArn, context),
  async handle({ PolicySourceArn, PolicyInputList = [] }, context) {
    const source = requireSource(PolicySourceArn, context);
    const { identity, boundary } = await context.store.read((tx) =>
      entityPolicies(tx, source, context.access),
    );
    const own = [...identity, ...(boundary ? [boundary] : [])].map(({ document }) => document);
    return contextKeys([...PolicyInputList, ...own]);
  },
});
