import { idPrefixes, newUniqueId, roleArn } from "@rolecall/identifiers";
import { iam, InvalidInput, NoSuchEntity, ValidationError } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { CheckFacts, OperationContext } from "@rolecall/pipeline";
import type { Role } from "@rolecall/store-contract";
import { insert, role } from "../identity-kinds.ts";
import { requireQuota } from "../quotas.ts";

// Recorded against the live service, 09/2026: names, answers, permissions and sentences.

const namespace = "RoleManager";
const enabledName = "Enabled";
const enabledKey = `${namespace}/${enabledName}`;

const principal = "role-manager.iam.amazonaws.com";
const managerRole = {
  name: "AWSServiceRoleForIAMRoleManager",
  path: `/aws-service-role/${principal}/`,
  policy: "arn:aws:iam::aws:policy/aws-service-role/AWSIAMRoleManagerServiceRolePolicy",
};

const namespacesOf = (keys: readonly string[]): string[] => [
  ...new Set(keys.map((key) => key.split("/")[0] ?? key)),
];

export const GetAccountProperties = operation(iam, "GetAccountProperties", {
  authorization: () => ({ resource: "*", context: { "iam:AccountPropertyNamespaces": [namespace] } }),
  async handle(_input, { store, accountId }) {
    const account = await store.read((tx) => tx.accounts.get(accountId));
    return { Properties: { [enabledKey]: "false", ...account?.properties } };
  },
});

/** The value of `RoleManager/Enabled`, which is all that can be set. Unknown names beside it are passed over. */
function requestedValue(properties: Readonly<Record<string, string>>): "true" | "false" {
  const keys = Object.keys(properties);
  for (const key of keys)
    if (!key.includes("/"))
      throw InvalidInput(`Property key must be in format Namespace/PropertyName: ${key}`);
  const [only = namespace, ...others] = namespacesOf(keys);
  if (others.length > 0) throw InvalidInput("All properties must belong to the same namespace");
  if (only !== namespace) throw InvalidInput(`Unsupported namespace: ${only}`);
  const value = properties[enabledKey];
  if (value === undefined) throw InvalidInput(`${namespace} namespace requires ${enabledName} property`);
  if (value !== "true" && value !== "false") throw InvalidInput(`${enabledName} must be 'true' or 'false'`);
  return value;
}

/** Who switches the role manager on also lets it have its service-linked role. */
function putChecks(properties: Readonly<Record<string, string>>, accountId: string): CheckFacts[] {
  const put: CheckFacts = {
    resource: "*",
    context: { "iam:AccountPropertyNamespaces": namespacesOf(Object.keys(properties)) },
  };
  if (properties[enabledKey] !== "true") return [put];
  return [
    put,
    {
      action: "iam:CreateServiceLinkedRole",
      resource: roleArn(accountId, managerRole.path, managerRole.name),
      context: { "iam:AWSServiceName": principal },
    },
  ];
}

const newManagerRole = ({ accountId, nowMs, random }: OperationContext): Role => ({
  accountId,
  roleId: newUniqueId(idPrefixes.role, accountId, random),
  name: managerRole.name,
  path: managerRole.path,
  createdAtMs: nowMs,
  maxSessionDurationSeconds: 3600,
  trustPolicy: {
    document: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: principal }, Action: "sts:AssumeRole" }],
    }),
    principalIds: {},
  },
  attachedPolicies: [managerRole.policy],
  inlinePolicies: [],
  tags: [],
  serviceLinked: { serviceName: principal },
});

/** Switching off leaves the service-linked role. */
export const PutAccountProperties = operation(iam, "PutAccountProperties", {
  authorization: ({ Properties }, { accountId }) => putChecks(Properties, accountId),
  async handle({ Properties }, context) {
    const { store, accountId } = context;
    if (Object.keys(Properties).length === 0)
      throw ValidationError(
        "1 validation error detected: Value at 'properties' failed to satisfy constraint: Member must not be null",
      );
    const value = requestedValue(Properties);
    const created = newManagerRole(context);
    await store.write(async (tx) => {
      const account = await tx.accounts.get(accountId);
      if (!account) throw NoSuchEntity(`Account ${accountId} cannot be found.`);
      await tx.accounts.put({ ...account, properties: { ...account.properties, [enabledKey]: value } });
      if (value === "false" || (await tx.roles.get(accountId, managerRole.name))) return;
      await insert(role, tx, created);
      requireQuota(role.perAccount, await tx.roles.count([accountId]), context);
    });
    return {};
  },
});
