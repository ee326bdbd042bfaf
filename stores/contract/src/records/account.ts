import { collection } from "../collection.ts";

export interface Account {
  accountId: string;
  name: string;
  email?: string;
  createdAtMs: number;
  status: "ACTIVE";
  rootAccessKeyIds?: string[];
  /** `o-…` of the organization that it is a member of; the management account is one too. */
  organizationId?: string;
  /** The account's issuer of outbound identity tokens: the id stays when it is switched off. */
  outboundWebIdentity?: {
    issuerId: string;
    isEnabled: boolean;
    /** `iss` of the tokens: fixed when it is switched on. */
    url: string;
  };
  /** Version of the tokens that the global STS endpoint issues; `v1Token` when absent. */
  globalEndpointTokenVersion?: "v1Token" | "v2Token";
  /** `NAMESPACE/NAME` to value, as `PutAccountProperties` set them. */
  properties?: Readonly<Record<string, string>>;
}

export const accounts = collection({
  name: "accounts",
  key: ({ accountId }: Account) => [accountId],
  unique: {
    /** [id of its issuer of outbound identity tokens] */
    byIssuer: ({ outboundWebIdentity }) => outboundWebIdentity && [outboundWebIdentity.issuerId],
  },
  indexes: {
    /** [organization id] */
    byOrganization: ({ organizationId }) => (organizationId === undefined ? [] : [[organizationId]]),
  },
});
