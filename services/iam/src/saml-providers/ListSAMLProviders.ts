import { samlProviderArn } from "@rolecall/identifiers";
import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { everyRecord } from "../pagination.ts";

/** All of them, ordered by name: AWS has no pages here. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviders.html */
export const ListSAMLProviders = operation(iam, "ListSAMLProviders", {
  authorization: (_input, { accountId }) => ({ resource: samlProviderArn(accountId, "*") }),
  handle: (_input, { store, accountId }) =>
    store.read(async (tx) => {
      const providers = await everyRecord(tx.samlProviders, accountId, ({ name }) => name);
      return {
        SAMLProviderList: providers.map(({ name, validUntilMs, createdAtMs }) => ({
          Arn: samlProviderArn(accountId, name),
          ValidUntil: new Date(validUntilMs),
          CreateDate: new Date(createdAtMs),
        })),
      };
    }),
});
