import { collection } from "../collection.ts";
import { latestFirst, orderedTime } from "./ordered-time.ts";

/** When and from where something was done last. */
export interface LastAccess {
  atMs: number;
  region: string;
}

/** What one user, role or root user last did in one service; attempts count, allowed or denied. */
export interface ServiceAccess extends LastAccess {
  accountId: string;
  /** `AIDA…`, `AROA…`, or `root`. */
  entityId: string;
  /** Prefix of the service's actions, `s3`. */
  service: string;
  /** By the action's name as documented, `GetObject`. */
  actions: Record<string, LastAccess>;
}

/** Key [account id, entity id, service]. */
export const serviceAccesses = collection({
  name: "serviceAccesses",
  key: ({ accountId, entityId, service }: ServiceAccess) => [accountId, entityId, service],
  indexes: {
    /** [account id, service, latest first] */
    byService: ({ accountId, service, atMs }) => [[accountId, service, latestFirst(atMs)]],
    /** [time] */
    byTime: ({ atMs }) => [[orderedTime(atMs)]],
  },
});
