import { InvalidAuthorizationMessageException, sts } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";

/**
 * What stands in the encoded message of a denial: whether a statement denied it, which, and the request context.
 *
 * Only the account whose principal was denied can decode it; to others it is no message at all. The message is not
 * kept anywhere, and is readable as long as the key that sealed it.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */
export const DecodeAuthorizationMessage = operation(sts, "DecodeAuthorizationMessage", {
  authorization: () => ({ resource: "*" }),
  async handle({ EncodedMessage }, { access, accountId }) {
    const message = await access.openMessage(EncodedMessage);
    // AWS's sentence is not recorded; the code is declared.
    if (message?.accountId !== accountId) throw InvalidAuthorizationMessageException("Message is not valid");
    return { DecodedMessage: message.text };
  },
  // What the message says is for whoever asked, not for every reader of the log.
  event: () => ({ requestParameters: null, responseElements: null }),
});
