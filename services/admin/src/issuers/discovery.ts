import { webIdentityAlgorithms, webIdentityJwks } from "@rolecall/access";
import { awsError } from "@rolecall/model";
import { anyOperation } from "@rolecall/pipeline";
import type { Exchange, Operation, OperationContext, WireResponse } from "@rolecall/pipeline";
import type { Account } from "@rolecall/store-contract";
import { jsonAnswer } from "../rest-json.ts";

/** How long verifiers may keep the documents: as long as a new key can stay unknown to them. */
const maxAgeSeconds = 300;

const idOf = ({ request }: Exchange): string => request.path.split("/")[3] ?? "";

/** The account whose issuer this is; also when it gives no more tokens, so that given ones can be verified. */
async function issuingAccount(
  issuerId: string,
  { store }: OperationContext,
): Promise<Account & { outboundWebIdentity: NonNullable<Account["outboundWebIdentity"]> }> {
  const account = await store.read((tx) => tx.accounts.getBy("byIssuer", issuerId));
  const issuer = account?.outboundWebIdentity;
  if (!issuer) throw awsError("ResourceNotFoundException", 404, "There is no such issuer.");
  return { ...account, outboundWebIdentity: issuer };
}

function published(document: object): WireResponse {
  const answer = jsonAnswer(200, document);
  answer.headers.push(["Cache-Control", `public, max-age=${maxAgeSeconds}`]);
  return answer;
}

/** A document that everybody may read, signed or not: it holds nothing but what verifiers of tokens need. */
const document = (
  name: string,
  make: (issuerId: string, context: OperationContext) => Promise<object>,
): Operation =>
  anyOperation<{ issuerId: string }, object>({
    name,
    readOnly: true,
    allowsUnsigned: true,
    decode: (exchange) => ({ issuerId: idOf(exchange) }),
    authorization: () => "none",
    handle: ({ issuerId }, context) => make(issuerId, context),
    encode: published,
    describe: (input) => ({ requestParameters: input ? { issuerId: input.issuerId } : null }),
  });

/**
 * What an issuer is, for verifiers of outbound identity tokens.
 *
 * `GET /_rolecall/issuers/ID/.well-known/openid-configuration`
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
 */
export const GetIssuerConfiguration = document("GetIssuerConfiguration", async (issuerId, context) => {
  const { url } = (await issuingAccount(issuerId, context)).outboundWebIdentity;
  return {
    issuer: url,
    jwks_uri: `${url}/.well-known/jwks.json`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: webIdentityAlgorithms,
    claims_supported: ["iss", "aud", "sub", "iat", "exp", "jti", "https://sts.amazonaws.com/"],
  };
});

/** The issuer's public keys. `GET /_rolecall/issuers/ID/.well-known/jwks.json` */
export const GetIssuerKeys = document("GetIssuerKeys", async (issuerId, context) => {
  const { accountId } = await issuingAccount(issuerId, context);
  const { store, access, nowMs } = context;
  return { keys: await webIdentityJwks(accountId, { store, masterKey: access.masterKey, nowMs }) };
});
