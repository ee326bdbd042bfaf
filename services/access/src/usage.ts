import type { ServiceAuthorization } from "@rolecall/service-authorization";
import type { AccessKey, LastAccess, Role, ServiceAccess, Store, WriteTx } from "@rolecall/store-contract";
import type { Caller } from "./caller.ts";

/** One attempt of an authenticated caller, whether it was allowed or denied. */
export interface Use {
  accountId: string;
  /** Long-term keys only: those of sessions are not kept. */
  accessKeyId: string | undefined;
  /** Whose permissions counted: a user's also behind his session tokens. */
  entity: { kind: "user" | "role"; id: string } | { kind: "root" };
  /** Prefix of the service's actions, `s3`. */
  service: string;
  /** Without the prefix, `GetObject`. */
  action: string;
  region: string;
  atMs: number;
}

/** Notes uses in memory, to be written from time to time: no request waits for it, and none writes. */
export interface UsageRecorder {
  record(use: Use): void;
  /**
   * Writes what was noted since the last time. What could not be written is kept for the next.
   * @returns how many uses were written, and how many there was no room to note
   */
  flush(store: Store): Promise<{ written: number; dropped: number }>;
}

export interface UsageOptions {
  /** What services and actions there are; nothing else gets a record of its own, so records are bounded. */
  catalog: ServiceAuthorization;
  /** Uses that wait to be written. */
  maxPending?: number;
  /** Uses that are remembered as noted already. */
  maxRemembered?: number;
  /** Called once when there is no more room; a flush makes some. */
  onFull?: () => void;
}

/**
 * Of several uses within this span only the first is noted, as AWS does with access keys. So a busy key is written
 * four times an hour, and what is read may be this much older than the last use.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html access_key_1_last_used_date
 */
export const usageGranularityMs = 15 * 60_000;

/** Uses that one transaction writes. While it runs, nobody else writes, on no node. */
const batchSize = 100;

export function createUsageRecorder(options: UsageOptions): UsageRecorder {
  const { catalog, maxPending = 20_000, maxRemembered = 50_000, onFull } = options;
  let pending = new Map<string, Use>();
  const remembered = new Map<string, number>();
  let dropped = 0;
  let running: Promise<unknown> = Promise.resolve();

  function remember(key: string, atMs: number): void {
    remembered.delete(key);
    remembered.set(key, atMs);
    if (remembered.size <= maxRemembered) return;
    const oldest = remembered.keys().next();
    if (!oldest.done) remembered.delete(oldest.value);
  }

  async function writeAll(store: Store): Promise<{ written: number; dropped: number }> {
    const taken = [...pending];
    const lost = dropped;
    pending = new Map();
    dropped = 0;
    let written = 0;
    try {
      for (; written < taken.length; written += batchSize) {
        const uses = taken.slice(written, written + batchSize).map(([, use]) => use);
        await store.write((tx) => writeUses(tx, uses, catalog));
      }
    } catch (error) {
      // Later uses of the same kind may have been noted meanwhile; the earlier one is as good.
      pending = new Map([...pending, ...taken.slice(written)]);
      dropped += lost;
      throw error;
    }
    return { written: taken.length, dropped: lost };
  }

  return {
    record(use) {
      const { accountId, accessKeyId, entity, service, action, atMs } = use;
      const id = entity.kind === "root" ? accountId : entity.id;
      const key = `${id} ${accessKeyId ?? ""} ${service}:${action}`;
      const last = remembered.get(key);
      if (last !== undefined && atMs - last < usageGranularityMs) return;
      if (pending.size >= maxPending && !pending.has(key)) {
        if (dropped++ === 0) onFull?.();
        return;
      }
      remember(key, atMs);
      pending.set(key, use);
    },
    flush(store) {
      const mine = running.then(() => writeAll(store));
      running = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** The use that a caller makes; undefined for callers of whom nothing is kept: anonymous ones and services. */
export function useOf(
  caller: Caller,
  action: string,
  facts: { region: string; atMs: number },
): Use | undefined {
  const { accountId, accessKeyId, claims, role, user, principal } = caller;
  if (principal.kind === "anonymous" || principal.kind === "service") return undefined;
  const colon = action.indexOf(":");
  return {
    accountId,
    accessKeyId: claims ? undefined : accessKeyId,
    entity: role
      ? { kind: "role", id: role.roleId }
      : user
        ? { kind: "user", id: user.userId }
        : { kind: "root" },
    service: action.slice(0, colon),
    action: action.slice(colon + 1),
    ...facts,
  };
}

const isDue = (last: LastAccess | undefined, { atMs }: Use): boolean =>
  last === undefined || atMs - last.atMs >= usageGranularityMs;

/** Reads a record once, and knows whether it changed. */
interface Held<R> {
  record: R;
  changed: boolean;
}

/**
 * INVARIANT: only what exists is written. A key, role or user that was deleted since its use is not revived, and
 * later times that another node wrote stay.
 */
async function writeUses(tx: WriteTx, uses: readonly Use[], catalog: ServiceAuthorization): Promise<void> {
  const keys = holder((id) => tx.accessKeys.get(id));
  const roles = holder((id) => tx.roles.getBy("byId", id));
  const users = holder((id) => tx.users.getBy("byId", id));
  const accesses = holder<ServiceAccess>((key) => tx.serviceAccesses.get(...key.split(" ")));

  for (const use of [...uses].sort((a, b) => a.atMs - b.atMs)) {
    const { accountId, entity, region, service: prefix, atMs } = use;
    if (use.accessKeyId !== undefined) noteKey(await keys.get(use.accessKeyId), use);
    if (entity.kind === "role") noteRole(await roles.get(entity.id), use);
    const exists =
      entity.kind === "root" || (await (entity.kind === "role" ? roles : users).get(entity.id)) !== undefined;
    const service = catalog.service(prefix);
    if (!exists || !service) continue;

    const entityId = entity.kind === "root" ? "root" : entity.id;
    const key = `${accountId} ${entityId} ${service.prefix}`;
    const held = await accesses.get(key, () => ({
      accountId,
      entityId,
      service: service.prefix,
      atMs,
      region,
      actions: {},
    }));
    if (!held) continue;
    if (isDue(held.record, use)) {
      held.record.atMs = atMs;
      held.record.region = region;
      held.changed = true;
    }
    const action = service.action(use.action)?.name;
    if (action !== undefined && isDue(held.record.actions[action], use)) {
      held.record.actions[action] = { atMs, region };
      held.changed = true;
    }
  }
  for (const record of keys.changed()) await tx.accessKeys.put(record);
  for (const record of roles.changed()) await tx.roles.put(record);
  for (const record of accesses.changed()) await tx.serviceAccesses.put(record);
}

function noteKey(held: Held<AccessKey> | undefined, use: Use): void {
  if (!held || !isDue(held.record.lastUsed, use)) return;
  held.record.lastUsed = { atMs: use.atMs, region: use.region, service: use.service };
  held.changed = true;
}

function noteRole(held: Held<Role> | undefined, use: Use): void {
  if (!held || !isDue(held.record.lastUsed, use)) return;
  held.record.lastUsed = { atMs: use.atMs, region: use.region };
  held.changed = true;
}

/** The records that one transaction has in hand. */
function holder<R>(read: (id: string) => Promise<R | undefined>): {
  get(id: string, make?: () => R): Promise<Held<R> | undefined>;
  changed(): R[];
} {
  const held = new Map<string, Held<R> | undefined>();
  return {
    async get(id, make) {
      if (held.has(id)) return held.get(id);
      const found = await read(id);
      const made = found === undefined ? make?.() : undefined;
      const record = found ?? made;
      const entry = record === undefined ? undefined : { record, changed: made !== undefined };
      held.set(id, entry);
      return entry;
    },
    changed: () => [...held.values()].flatMap((entry) => (entry?.changed ? [entry.record] : [])),
  };
}

/** What was known of a user or role that is deleted goes with it. */
export async function forgetUsage(tx: WriteTx, accountId: string, entityId: string): Promise<void> {
  const page = 500;
  for (;;) {
    const accesses = await tx.serviceAccesses.list([accountId, entityId], { limit: page });
    for (const { service } of accesses) await tx.serviceAccesses.delete(accountId, entityId, service);
    if (accesses.length < page) return;
  }
}
