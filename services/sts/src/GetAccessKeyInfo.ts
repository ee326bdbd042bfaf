import { accountOfId } from "@rolecall/identifiers";
import { sts, ValidationError } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";

/**
 * The account that an access key id belongs to, whether or not the key is alive.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
 */
export const GetAccessKeyInfo = operation(sts, "GetAccessKeyInfo", {
  authorization: () => ({ resource: "*" }),
  async handle({ AccessKeyId }, { store }) {
    // Ids that came from outside (environment, import) carry no account: they are looked up.
    const known = await store.read((tx) => tx.accessKeys.get(AccessKeyId));
    const account = known?.accountId ?? accountOfId(AccessKeyId);
    // AWS's sentence for an id that is no key's is not recorded.
    if (account === undefined) throw ValidationError("Invalid type for parameter AccessKeyId");
    return { Account: account };
  },
  event: () => ({ responseElements: null }),
});
