import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { createAccess, createUsageRecorder, loadKeyRing } from "@rolecall/access";
import type { KeyRing, QuotaSettings } from "@rolecall/access";
import { memoryAuditSink } from "@rolecall/audit";
import { createAwsManagedPolicies } from "@rolecall/aws-managed-policies";
import { newAccessKey, sealSecret, sealSession } from "@rolecall/credentials";
import type { SessionClaims } from "@rolecall/credentials";
import { idPrefixes, newAccessKeyId, rootArn } from "@rolecall/identifiers";
import { RequestEntityTooLarge } from "@rolecall/model";
import { serviceAuthorization } from "@rolecall/service-authorization";
import { signRequest } from "@rolecall/sigv4";
import type { HttpRequestHead, SigningCredentials } from "@rolecall/sigv4";
import type { AccessKeyOwner, Role, Store, StoredPolicy, User } from "@rolecall/store-contract";
import { createMemoryStore } from "@rolecall/store-memory";
import { createRoad } from "./road.ts";
import type { RoadOptions } from "./road.ts";
import type { Service } from "./service.ts";
import type { WireRequest } from "./wire.ts";

/** An answer with its body read, for assertions. */
export interface TestAnswer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

export interface CallOptions {
  service?: string;
  region?: string;
  method?: string;
  path?: string;
  query?: string;
  headers?: [string, string][];
  /** Signs with this clock instead of the road's. */
  signedAtMs?: number;
  /** The TCP peer. */
  from?: string;
  tls?: boolean;
  /** Changes the signed head before it is sent. */
  tamper?: (head: HttpRequestHead) => HttpRequestHead;
}

/** How a request comes in. */
export interface TestConnection {
  from?: string;
  tls?: boolean;
  /** What happens between the head and the body, which comes when this is over. */
  beforeBody?: () => Promise<unknown>;
}

/** Claims of a session; what is left out follows from the clock. */
export type TestClaims = Omit<SessionClaims, "accessKeyId" | "issuedAtSeconds" | "expiresAtSeconds"> &
  Partial<SessionClaims>;

/** A road over a memory store, or another, with a clock that the test moves: the whole way from signed bytes to answer. */
export interface TestRoad {
  store: Store;
  masterKey: Uint8Array;
  keyRing: KeyRing;
  events: ReturnType<typeof memoryAuditSink>["events"];
  failures: unknown[];
  clock: { nowMs: number };
  /** Writes what the road noted of its callers; a server does so from time to time. */
  flushUsage(): Promise<void>;
  /** Sends a signed query request; unsigned when `keys` is undefined. */
  call(
    keys: SigningCredentials | undefined,
    form: Record<string, string>,
    options?: CallOptions,
  ): Promise<TestAnswer>;
  send(request: HttpRequestHead, body: Uint8Array, connection?: TestConnection): Promise<TestAnswer>;
  /** Credentials of a session with these claims, as STS would have issued it now for an hour. */
  session(claims: TestClaims): SigningCredentials;
  account(accountId: string): Promise<SigningCredentials>;
  user(
    accountId: string,
    name: string,
    facts?: Partial<User>,
  ): Promise<{ user: User; keys: SigningCredentials }>;
  role(accountId: string, name: string, trust: StoredPolicy | object, facts?: Partial<Role>): Promise<Role>;
}

const random = (length: number): Uint8Array => randomBytes(length);

/** Every test road starts at this moment. */
export const testStartMs = Date.UTC(2026, 8, 27, 12, 0, 0);

const wireBody = (body: Uint8Array, beforeBody?: () => Promise<unknown>): WireRequest["body"] => ({
  declaredLength: body.length,
  async buffer(limitBytes) {
    if (body.length > limitBytes)
      throw RequestEntityTooLarge(`The request body exceeds ${limitBytes} bytes.`);
    await beforeBody?.();
    return body;
  },
  stream: () =>
    Readable.from(
      (async function* () {
        await beforeBody?.();
        yield body;
      })(),
    ),
});

/** An inline policy that allows the actions on the resources. */
export function allowing(
  action: string | string[],
  resource: string | string[] = "*",
  more: object = {},
): { name: string; document: string } {
  return {
    name: "allowing",
    document: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: action, Resource: resource, ...more }],
    }),
  };
}

/** A store in which others make changes just before the next writes, one each. */
export function interleavedStore(): {
  store: Store;
  beforeWrites: (...changes: (() => Promise<unknown>)[]) => void;
} {
  const inner = createMemoryStore();
  let waiting: (() => Promise<unknown>)[] = [];
  return {
    beforeWrites: (...changes) => (waiting = changes),
    store: {
      ...inner,
      async write(fn) {
        // Not before the writes of the change itself.
        const changes = waiting;
        waiting = [];
        await changes.shift()?.();
        waiting = changes;
        return inner.write(fn);
      },
    },
  };
}

export async function testRoad(
  services: readonly Service[],
  { quotas, store = createMemoryStore(), ...options }: Partial<RoadOptions> & { quotas?: QuotaSettings } = {},
): Promise<TestRoad> {
  const masterKey = random(32);
  const clock = { nowMs: testStartMs };
  const audit = memoryAuditSink();
  const failures: unknown[] = [];
  const catalog = serviceAuthorization();
  const usage = createUsageRecorder({ catalog });
  const keyRing = await loadKeyRing(store, masterKey, random, clock.nowMs);
  const [first] = services;
  if (!first) throw new Error("a road leads to at least one service");
  const road = createRoad({
    directory: {
      services,
      fallback: first,
      unknown: (name) => {
        throw new Error(`no service ${name} in this test`);
      },
    },
    access: createAccess({
      store,
      keyRing,
      masterKey,
      random,
      awsManaged: createAwsManagedPolicies(),
      catalog,
      ...(quotas && { quotas }),
    }),
    store,
    audit,
    usage,
    random,
    now: () => clock.nowMs,
    explain: "record",
    onFailure: (_id, error) => failures.push(error),
    ...options,
  });

  async function key(accountId: string, owner: AccessKeyOwner): Promise<SigningCredentials> {
    const { accessKeyId, secretAccessKey } = newAccessKey(accountId, random);
    await store.write((tx) =>
      tx.accessKeys.insert({
        accessKeyId,
        accountId,
        owner,
        status: "Active",
        createdAtMs: clock.nowMs,
        sealedSecret: sealSecret(masterKey, accessKeyId, secretAccessKey, random),
      }),
    );
    return { accessKeyId, secretAccessKey: secretAccessKey.reveal() };
  }

  async function send(
    head: HttpRequestHead,
    body: Uint8Array,
    { from = "192.0.2.7", tls = false, beforeBody }: TestConnection = {},
  ): Promise<TestAnswer> {
    const answer = await road({
      ...head,
      body: wireBody(body, beforeBody),
      remoteAddress: from,
      tls: tls ? { version: "TLSv1.3", cipherSuite: "TLS_AES_128_GCM_SHA256" } : undefined,
    });
    const chunks: Uint8Array[] = [];
    if (answer.body instanceof Readable)
      for await (const chunk of answer.body) chunks.push(chunk as Uint8Array);
    else if (answer.body !== undefined) chunks.push(Buffer.from(answer.body));
    return {
      status: answer.status,
      headers: new Map(answer.headers.map(([name, value]) => [name.toLowerCase(), value])),
      body: Buffer.concat(chunks).toString("utf8"),
    };
  }

  let made = 0;
  return {
    store,
    masterKey,
    keyRing,
    events: audit.events,
    failures,
    clock,
    async flushUsage() {
      await usage.flush(store);
    },
    send,
    session(claims) {
      const issuedAtSeconds = Math.floor(clock.nowMs / 1000);
      const sealed = sealSession(
        {
          accessKeyId: newAccessKeyId(idPrefixes.sessionKey, claims.accountId, random),
          issuedAtSeconds,
          expiresAtSeconds: issuedAtSeconds + 3600,
          ...claims,
        },
        keyRing,
        random,
      );
      if (!sealed) throw new Error("the claims do not fit into a token");
      return {
        accessKeyId: sealed.accessKeyId,
        secretAccessKey: sealed.secretAccessKey.reveal(),
        sessionToken: sealed.sessionToken,
      };
    },
    call(keys, form, call = {}) {
      const body = Buffer.from(new URLSearchParams(form).toString());
      const head: HttpRequestHead = {
        method: call.method ?? "POST",
        path: call.path ?? "/",
        query: call.query ?? "",
        headers: [
          ["host", "sts.amazonaws.com"],
          ["content-type", "application/x-www-form-urlencoded; charset=utf-8"],
          ["user-agent", "test/1.0"],
          ...(call.headers ?? []),
        ],
      };
      const signed =
        keys === undefined
          ? head
          : signRequest(head, {
              credentials: keys,
              region: call.region ?? "eu-west-1",
              service: call.service ?? first.id,
              nowMs: call.signedAtMs ?? clock.nowMs,
              bodySha256: createHash("sha256").update(body).digest("hex"),
            });
      return send(call.tamper ? call.tamper(signed) : signed, body, call);
    },
    async account(accountId) {
      await store.write((tx) =>
        tx.accounts.insert({
          accountId,
          name: rootArn(accountId),
          createdAtMs: clock.nowMs,
          status: "ACTIVE",
        }),
      );
      return key(accountId, { kind: "root" });
    },
    async user(accountId, name, facts = {}) {
      const user: User = {
        accountId,
        userId: `AIDA${String(++made).padStart(17, "A")}`.replaceAll(/[0189]/g, "B"),
        name,
        path: "/",
        createdAtMs: clock.nowMs,
        tags: [],
        attachedPolicies: [],
        inlinePolicies: [],
        groups: [],
        ...facts,
      };
      await store.write((tx) => tx.users.insert(user));
      return { user, keys: await key(accountId, { kind: "user", userId: user.userId }) };
    },
    async role(accountId, name, trust, facts = {}) {
      const role: Role = {
        accountId,
        roleId: `AROA${String(++made).padStart(17, "A")}`.replaceAll(/[0189]/g, "B"),
        name,
        path: "/",
        createdAtMs: clock.nowMs,
        maxSessionDurationSeconds: 3600,
        trustPolicy:
          "document" in trust
            ? (trust as StoredPolicy)
            : { document: JSON.stringify(trust), principalIds: {} },
        attachedPolicies: [],
        inlinePolicies: [],
        tags: [],
        ...facts,
      };
      await store.write((tx) => tx.roles.insert(role));
      return role;
    },
  };
}
