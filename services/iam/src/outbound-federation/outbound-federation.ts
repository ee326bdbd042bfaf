import { ensureWebIdentityKeys } from "@rolecall/access";
import { FeatureDisabled, FeatureEnabled, iam } from "@rolecall/model";
import { header, operation, uuid } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import type { Account, ReadTx } from "@rolecall/store-contract";
import { accountCheck } from "../checks.ts";

type Issuer = NonNullable<Account["outboundWebIdentity"]>;

async function callingAccount(tx: ReadTx, accountId: string): Promise<Account> {
  const account = await tx.accounts.get(accountId);
  if (!account) throw new Error(`account ${accountId} is gone`);
  return account;
}

// AWS's sentences for both are not recorded.
const disabled = () => FeatureDisabled("Outbound web identity federation is not enabled for this account.");
const enabled = () => FeatureEnabled("Outbound web identity federation is already enabled for this account.");

/**
 * The URL below which verifiers find the issuer: at the endpoint that switched the feature on, and from then on the
 * same for every token, whatever Host its caller uses.
 */
function issuerUrl(issuerId: string, { exchange }: OperationContext): string {
  const { request } = exchange;
  const host = header(request, "host") ?? "localhost";
  return `${request.tls ? "https" : "http"}://${host}/_rolecall/issuers/${issuerId}`;
}

/**
 * Lets principals of the account get identity tokens for other services. The issuer's id stays the account's own when
 * the feature is switched off and on again.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOutboundWebIdentityFederation.html
 */
export const EnableOutboundWebIdentityFederation = operation(iam, "EnableOutboundWebIdentityFederation", {
  readOnly: false,
  authorization: () => accountCheck,
  async handle(_input, context) {
    const { store, access, accountId, random, nowMs } = context;
    // Before the feature is on, so that whoever sees it on finds its keys.
    await ensureWebIdentityKeys(accountId, { store, masterKey: access.masterKey, random, nowMs });
    const freshId = uuid(random);
    const IssuerIdentifier = await store.write(async (tx) => {
      const account = await callingAccount(tx, accountId);
      const known = account.outboundWebIdentity;
      if (known?.isEnabled) throw enabled();
      const issuerId = known?.issuerId ?? freshId;
      const issuer: Issuer = { issuerId, isEnabled: true, url: issuerUrl(issuerId, context) };
      await tx.accounts.put({ ...account, outboundWebIdentity: issuer });
      return issuer.url;
    });
    return { IssuerIdentifier };
  },
});

/**
 * No more tokens are given. Those that were given can be verified until they expire.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DisableOutboundWebIdentityFederation.html
 */
export const DisableOutboundWebIdentityFederation = operation(iam, "DisableOutboundWebIdentityFederation", {
  readOnly: false,
  authorization: () => accountCheck,
  async handle(_input, { store, accountId }) {
    await store.write(async (tx) => {
      const account = await callingAccount(tx, accountId);
      const known = account.outboundWebIdentity;
      if (!known?.isEnabled) throw disabled();
      await tx.accounts.put({ ...account, outboundWebIdentity: { ...known, isEnabled: false } });
    });
  },
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOutboundWebIdentityFederationInfo.html */
export const GetOutboundWebIdentityFederationInfo = operation(iam, "GetOutboundWebIdentityFederationInfo", {
  authorization: () => accountCheck,
  handle: (_input, { store, accountId }) =>
    store.read(async (tx) => {
      const { outboundWebIdentity: known } = await callingAccount(tx, accountId);
      if (!known?.isEnabled) throw disabled();
      return { IssuerIdentifier: known.url, JwtVendingEnabled: true };
    }),
});
