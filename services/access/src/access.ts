import type { AwsManagedPolicies } from "@rolecall/aws-managed-policies";
import { openAuthorizationMessage, sealAuthorizationMessage, sealSession } from "@rolecall/credentials";
import type {
  AuthorizationMessage,
  MasterKey,
  SessionClaims,
  SessionCredentials,
} from "@rolecall/credentials";
import type { Random } from "@rolecall/identifiers";
import { awsError, ServiceUnavailable } from "@rolecall/model";
import type { AwsError } from "@rolecall/model";
import {
  createSigningKeyCache,
  describeProblem,
  parseAuthentication,
  verifySignature,
} from "@rolecall/sigv4";
import type { ServiceAuthorization } from "@rolecall/service-authorization";
import type { HttpRequestHead, SignatureProblem, SigningFamily, VerifiedSignature } from "@rolecall/sigv4";
import { StoreClosed, StoreOutcomeUnknown, StoreUnavailable } from "@rolecall/store-contract";
import type { ReadTx, Store } from "@rolecall/store-contract";
import { authorize, explainCheck } from "./authorize.ts";
import type { Authorized, CheckExplanation } from "./authorize.ts";
import { anonymousCaller } from "./caller.ts";
import type { Caller } from "./caller.ts";
import type { Check } from "./check.ts";
import { credentialLimit } from "./credential-limits.ts";
import { callerNow, findCredentials } from "./credentials-lookup.ts";
import { gatherPolicies } from "./gather-policies.ts";
import type { CallerPolicies } from "./gather-policies.ts";
import type { KeyRing } from "./key-ring.ts";
import { createOpenedSecrets } from "./opened-secrets.ts";
import { organizationsOf } from "./organization.ts";
import { createPolicyCache } from "./policy-cache.ts";
import type { PolicyCache } from "./policy-cache.ts";
import { createPreparedPolicies } from "./prepared-policies.ts";
import type { RequestContextFacts } from "./check-context.ts";
import { checkEachSpelling } from "./spellings.ts";
import type { RequestFacts } from "./request-facts.ts";

/** What `authenticate` needs to know beyond the request head. */
export interface AuthenticationFacts {
  signing: SigningFamily;
  signingNames: readonly string[];
  /** Hex SHA-256 of the body when it has been read; undefined for streaming services. */
  bodySha256: string | undefined;
  allowsUnsigned: boolean;
  nowMs: number;
  /** For Signature Version 2: the bucket that the Host names, or null for path style. */
  virtualHostBucket: string | null | undefined;
}

export interface Authenticated {
  caller: Caller;
  signature: VerifiedSignature | undefined;
  /** Region of the credential scope; undefined for unsigned callers. */
  region: string | undefined;
}

/** Who is calling, and may they. */
export interface Access {
  /** The caller behind a request, or the error of the service's own family. */
  authenticate(head: HttpRequestHead, facts: AuthenticationFacts): Promise<Authenticated>;
  /** Whether the request names credentials that exist. It proves nothing: the signature is not looked at. */
  namesCredentials(head: HttpRequestHead, signing: SigningFamily): Promise<boolean>;
  /**
   * The decision on a caller as he stands now, with his policies, in one snapshot.
   * @param tx  the running transaction whose snapshot it is; a new one when left out
   * @throws AwsError when his credentials have been taken back since he was authenticated
   */
  authorize(caller: Caller, checks: readonly Check[], facts: RequestFacts, tx?: ReadTx): Promise<Authorized>;
  /** What `authorize` would decide, with its record; for simulations, which enforce nothing. */
  explain(caller: Caller, check: Check, facts: RequestFacts): Promise<CheckExplanation>;
  credentialLimit(caller: Caller, action: string): AwsError | undefined;
  /**
   * Issues session credentials; undefined when the claims do not fit into a token. Only STS operations call it, after the road has
   * authorized them.
   */
  issueSession(claims: SessionClaims, minimumTokenBytes: number): SessionCredentials | undefined;
  /** Seals what is known of a denial; undefined when it is too long to be decoded again. */
  sealMessage(message: AuthorizationMessage): string | undefined;
  /** Undefined for what is no message of this installation. */
  openMessage(encoded: string): Promise<AuthorizationMessage | undefined>;
  awsManaged: AwsManagedPolicies;
  /** What services, actions and condition keys there are. */
  catalog: ServiceAuthorization;
  policies: PolicyCache;
  /** What the operator lets the account have, by the quota's name; the service knows what holds for the others. */
  quotas(accountId: string): Readonly<Record<string, number>>;
  /** Seals and opens session tokens. */
  tokenKeys: KeyRing;
  /** Encrypts long-term secrets. */
  masterKey: MasterKey;
  /** The answer to a store's failure; undefined for what is no failure of the store. */
  storeError(error: unknown): AwsError | undefined;
}

export interface AccessOptions {
  store: Store;
  keyRing: KeyRing;
  masterKey: MasterKey;
  random: Random;
  awsManaged: AwsManagedPolicies;
  catalog: ServiceAuthorization;
  quotas?: QuotaSettings;
}

/** Quotas that differ from AWS's: of one account, or under `*` of every account that does not say otherwise. */
export type QuotaSettings = Readonly<Record<string, Readonly<Record<string, number>>>>;

const noCredentials = (isSession: boolean): SignatureProblem => ({
  kind: isSession ? "invalid-token" : "unknown-key",
});

const isOver = (expiresAtSeconds: number | undefined, nowMs: number): boolean =>
  expiresAtSeconds !== undefined && nowMs >= expiresAtSeconds * 1000;

export function createAccess(options: AccessOptions): Access {
  const { store, keyRing, masterKey, awsManaged, catalog, quotas = {} } = options;
  const policies = createPolicyCache();
  const callers = createPreparedPolicies();
  const keyCache = createSigningKeyCache(1000);
  const secrets = createOpenedSecrets(masterKey);

  /** Everything that bears on a request, read in one snapshot. */
  async function gather(
    tx: ReadTx,
    caller: Caller,
    checks: readonly Check[],
    facts: RequestFacts,
  ): Promise<{ gathered: CallerPolicies; context: RequestContextFacts }> {
    const accounts = [caller.accountId, ...checks.map(({ resourceAccountId }) => resourceAccountId)];
    const gathered = await gatherPolicies(tx, caller, policies, awsManaged);
    const organizations = await organizationsOf(tx, accounts);
    const organization = organizations.get(caller.accountId);
    return { gathered, context: { caller, request: facts, organization, organizations } };
  }

  function signatureError(problem: SignatureProblem, family: SigningFamily, nowMs: number): AwsError {
    const { code, status, message } = describeProblem(problem, family, nowMs);
    return awsError(code, status, message);
  }

  return {
    awsManaged,
    catalog,
    policies,
    tokenKeys: keyRing,
    masterKey,
    credentialLimit,
    quotas: (accountId) => ({ ...quotas["*"], ...quotas[accountId] }),

    async authenticate(head, facts) {
      const problem = (p: SignatureProblem): AwsError => signatureError(p, facts.signing, facts.nowMs);
      const parsed = parseAuthentication(head, { family: facts.signing });
      if (!parsed.ok) throw problem(parsed.problem);
      const authentication = parsed.value;
      if (authentication.kind === "anonymous") {
        if (!facts.allowsUnsigned) throw problem({ kind: "missing-authentication" });
        return { caller: anonymousCaller, signature: undefined, region: undefined };
      }
      const { accessKeyId, sessionToken } = authentication;
      const found = await store.read((tx) =>
        findCredentials(tx, accessKeyId, sessionToken, { ring: keyRing, secrets }),
      );
      if (!found) throw problem(noCredentials(sessionToken !== undefined));
      const verified = verifySignature(head, authentication, {
        secret: found.secret.reveal(),
        nowMs: facts.nowMs,
        family: facts.signing,
        signingNames: facts.signingNames,
        bodySha256: facts.bodySha256,
        keyCache,
        ...(facts.virtualHostBucket !== undefined && { virtualHostBucket: facts.virtualHostBucket }),
      });
      if (!verified.ok) throw problem(verified.problem);
      // After the signature: only the holder of the secret is told that his session is over.
      if (isOver(found.expiresAtSeconds, facts.nowMs)) throw problem({ kind: "expired-token" });
      return { caller: found.caller, signature: verified.verified, region: verified.verified.region };
    },

    async namesCredentials(head, signing) {
      const parsed = parseAuthentication(head, { family: signing });
      if (!parsed.ok || parsed.value.kind === "anonymous") return false;
      const { accessKeyId, sessionToken } = parsed.value;
      const found = await store.read((tx) =>
        findCredentials(tx, accessKeyId, sessionToken, { ring: keyRing, secrets }),
      );
      return found !== undefined;
    },

    async authorize(caller, checks, facts, within) {
      const find = async (tx: ReadTx) => {
        const now = await callerNow(tx, caller);
        return now && { now, ...(await gather(tx, now, checks, facts)) };
      };
      const found = await (within ? find(within) : store.read(find));
      const { claims } = caller;
      const problem = (kind: SignatureProblem): AwsError =>
        signatureError(kind, facts.signing ?? "query", facts.nowMs);
      if (!found) throw problem(noCredentials(claims !== undefined));
      if (isOver(claims?.expiresAtSeconds, facts.nowMs)) throw problem({ kind: "expired-token" });
      const { now, gathered, context } = found;
      return authorize(now, checks, callers.prepared(now, gathered), context, policies);
    },

    async explain(caller, check, facts) {
      const { gathered, context } = await store.read((tx) => gather(tx, caller, [check], facts));
      const set = callers.prepared(caller, gathered);
      // As `authorize` decides: the first that is denied answers.
      const all = checkEachSpelling(check).map((one) => explainCheck(caller, one, set, context, policies));
      const [first = explainCheck(caller, check, set, context, policies)] = all;
      return all.find(({ explanation }) => explanation.decision.effect === "Deny") ?? first;
    },

    issueSession: (claims, minimumTokenBytes) =>
      sealSession(claims, keyRing, options.random, minimumTokenBytes),

    sealMessage: (message) => sealAuthorizationMessage(message, keyRing, options.random),
    async openMessage(encoded) {
      const known = openAuthorizationMessage(encoded, keyRing);
      if (known) return known;
      // It may have been sealed by another node, under a key that is not known here yet.
      await store.read((tx) => keyRing.refresh(tx));
      return openAuthorizationMessage(encoded, keyRing);
    },

    storeError(error) {
      if (error instanceof StoreOutcomeUnknown)
        return ServiceUnavailable(
          "The connection to the store was lost during the change; it is not known whether it was kept. Please look before you try again.",
        );
      if (error instanceof StoreUnavailable || error instanceof StoreClosed)
        return ServiceUnavailable("The store is unavailable. Please try again.");
      return undefined;
    },
  };
}
