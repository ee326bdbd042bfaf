import { accessLevels, keyTypes, unpack } from "./unpack.ts";
import type { AccessLevel, ConditionKeyType, PackedService, Unpacked } from "./unpack.ts";
import { keyPattern, matchesKey } from "./key-name.ts";
import type { KeyPattern } from "./key-name.ts";

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
export interface ServiceAuthorization {
  /** Version of the data package that it was made from. */
  readonly version: string;
  /** When that was last updated, `YYYY-MM-DD`. */
  readonly updatedAt: string;
  /** Prefixes of all services in lower case, sorted. One prefix may stand for several pages of the reference. */
  readonly servicePrefixes: readonly string[];
  /** Prefixes of the services whose actions a resource control policy may name. */
  readonly rcpServices: ReadonlySet<string>;
  /** Keys that are not one service's: `aws:…` and those that sessions carry into every request. */
  readonly globalConditionKeys: readonly GlobalConditionKey[];
  /** A service by its prefix, in any case. */
  service(prefix: string): Service | undefined;
  /**
   * The services that define resource types whose ARNs have this service segment, in its own case: `iam` is that of IAM
   * and of STS. Empty when there is none.
   */
  servicesOfArn(segment: string): readonly Service[];
  /** An action by its full name, `s3:GetObject`, in any case. */
  action(name: string): Action | undefined;
  /**
   * A condition key as a policy writes it, in any case, `aws:RequestTag/team` included: a global one, else the one of
   * the service that its prefix names, else one that a service lists under another prefix (`saml:aud` of STS).
   */
  conditionKey(key: string): ConditionKey | undefined;
}

export interface Service {
  readonly prefix: string;
  /** `Amazon S3` */
  readonly name: string;
  /** Sorted by name. */
  readonly actions: readonly Action[];
  readonly resourceTypes: readonly ResourceType[];
  /** As the service's page lists them, global keys such as `aws:ResourceTag/${TagKey}` among them. */
  readonly conditionKeys: readonly ConditionKey[];
  /** By name without the prefix, in any case. */
  action(name: string): Action | undefined;
  /** By name, in any case. */
  resourceType(name: string): ResourceType | undefined;
  /** By the name that a policy writes, in any case. */
  conditionKey(key: string): ConditionKey | undefined;
}

export interface Action {
  /** Prefix of its service. */
  readonly service: string;
  /** Without the prefix, `GetObject`. */
  readonly name: string;
  readonly accessLevel: AccessLevel;
  /** Empty when the action takes no resource: then a policy must say `*`. */
  readonly resourceTypes: readonly ActionResourceType[];
  /** Names as documented, placeholders included. */
  readonly conditionKeys: readonly string[];
  /** Full names of actions that must be allowed besides. The data package of 2026-09-26 names none anywhere. */
  readonly dependentActions: readonly string[];
}

/** A resource type as one action takes it. */
export interface ActionResourceType {
  readonly name: string;
  /** A policy that names resources must name one of this type. */
  readonly isRequired: boolean;
  readonly conditionKeys: readonly string[];
  readonly dependentActions: readonly string[];
}

export interface ResourceType {
  readonly name: string;
  /** `arn:${Partition}:s3:::${BucketName}` */
  readonly arn: string;
  readonly conditionKeys: readonly string[];
}

export interface ConditionKey {
  /** As documented: `aws:RequestTag/${TagKey}`. */
  readonly key: string;
  readonly type: ConditionKeyType;
  /** Holds a set of values: `ForAllValues` and `ForAnyValue` are for these. */
  readonly isMultivalued: boolean;
}

export interface GlobalConditionKey extends ConditionKey {
  /** What the key tells about: `principal`, `session`, `network`, `resource` or `request`. */
  readonly category: string;
}

/**
 * The data, unpacked at the first question (about 10 ms) and kept by the object this gives; each service's part is read
 * when it is first asked for.
 */
export function serviceAuthorization(): ServiceAuthorization {
  let unpacked: Unpacked | undefined;
  const data = () => (unpacked ??= unpack());
  const services = new Map<string, Service>();
  let globals: readonly GlobalConditionKey[] | undefined;
  let globalsByName: KeyIndex<GlobalConditionKey> | undefined;
  let foreignKeys: KeyIndex<ConditionKey> | undefined;

  const api: ServiceAuthorization = {
    get version() {
      return data().head[0];
    },
    get updatedAt() {
      return data().head[1];
    },
    get servicePrefixes() {
      return [...data().services.keys()];
    },
    get rcpServices() {
      return new Set(data().head[3]);
    },
    get globalConditionKeys() {
      return (globals ??= data().head[2].map(([key, type, isMultivalued, category]) => ({
        ...conditionKey([key, type, isMultivalued]),
        category,
      })));
    },
    service(prefix) {
      const name = prefix.toLowerCase();
      const known = services.get(name);
      if (known !== undefined) return known;
      const json = data().services.get(name);
      if (json === undefined) return undefined;
      const service = readService(name, JSON.parse(json) as PackedService);
      services.set(name, service);
      return service;
    },
    servicesOfArn(segment) {
      const more = data().head[4];
      const prefixes = Object.hasOwn(more, segment) ? (more[segment] ?? []) : [segment];
      return prefixes.flatMap((prefix) =>
        prefix === prefix.toLowerCase() ? (api.service(prefix) ?? []) : [],
      );
    },
    action(name) {
      const colon = name.indexOf(":");
      return colon === -1 ? undefined : api.service(name.slice(0, colon))?.action(name.slice(colon + 1));
    },
    conditionKey(key) {
      globalsByName ??= keyIndex(api.globalConditionKeys);
      const global = globalsByName(key);
      if (global !== undefined) return global;
      const own = api.service(key.slice(0, Math.max(0, key.indexOf(":"))))?.conditionKey(key);
      if (own !== undefined) return own;
      // Only a few services list keys of others; of them STS has the identity providers'.
      foreignKeys ??= keyIndex(
        ["sts", "cognito-identity", "sso", "aws-marketplace"].flatMap(
          (prefix) => api.service(prefix)?.conditionKeys ?? [],
        ),
      );
      return foreignKeys(key);
    },
  };
  return api;
}

function conditionKey([key, type, isMultivalued]: [string, number, number]): ConditionKey {
  return { key, type: keyTypes[type] ?? "String", isMultivalued: isMultivalued === 1 };
}

function readService(prefix: string, [name, packedKeys, packedTypes, packedActions]: PackedService): Service {
  const conditionKeys = packedKeys.map(conditionKey);
  const keyName = (ref: number | string) =>
    typeof ref === "string" ? ref : (conditionKeys[ref]?.key ?? String(ref));
  const resourceTypes = packedTypes.map(([name, arn, keys = []]): ResourceType => ({
    name,
    arn,
    conditionKeys: keys.map(keyName),
  }));
  const actions = packedActions.map(
    ([name, level = 0, keys = [], types = [], dependentActions = []]): Action => ({
      service: prefix,
      name,
      accessLevel: accessLevels[level] ?? "Write",
      conditionKeys: keys.map(keyName),
      resourceTypes: types.map(([ref, isRequired, keys = [], dependentActions = []]) => ({
        name: typeof ref === "string" ? ref : (resourceTypes[ref]?.name ?? String(ref)),
        isRequired: isRequired === 1,
        conditionKeys: keys.map(keyName),
        dependentActions,
      })),
      dependentActions,
    }),
  );
  const actionsByName = new Map(actions.map((action) => [action.name.toLowerCase(), action]));
  const typesByName = new Map(resourceTypes.map((type) => [type.name.toLowerCase(), type]));
  const keysByName = keyIndex(conditionKeys);
  return {
    prefix,
    name,
    actions,
    resourceTypes,
    conditionKeys,
    action: (name) => actionsByName.get(name.toLowerCase()),
    resourceType: (name) => typesByName.get(name.toLowerCase()),
    conditionKey: keysByName,
  };
}

type KeyIndex<T extends ConditionKey> = (key: string) => T | undefined;

/** Looks a key up as policies write it. */
function keyIndex<T extends ConditionKey>(keys: readonly T[]): KeyIndex<T> {
  const exact = new Map<string, T>();
  const patterns: { pattern: KeyPattern; key: T }[] = [];
  for (const key of keys) {
    const pattern = keyPattern(key.key);
    exact.set(key.key.toLowerCase(), key);
    if (pattern !== undefined) patterns.push({ pattern, key });
  }
  return (name) => {
    const lower = name.toLowerCase();
    return exact.get(lower) ?? patterns.find(({ pattern }) => matchesKey(pattern, lower))?.key;
  };
}
