import { idPrefixes, newUniqueId, roleArn } from "@rolecall/identifiers";
import { AccessDenied, iam, InvalidInput, NotImplemented } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { StoreConflict } from "@rolecall/store-contract";
import type { Role } from "@rolecall/store-contract";
import { role } from "../identity-kinds.ts";
import { requireQuota } from "../quotas.ts";
import { serviceLinkedRolePath } from "../roles/protected-roles.ts";
import { createdRole } from "../shapes.ts";
import { serviceLinkedRoleTemplates } from "./table.ts";
import type { ServiceLinkedRoleTemplate } from "./table.ts";

const maxRoleNameChars = 64;

interface Wanted {
  readonly AWSServiceName: string;
  readonly CustomSuffix?: string | undefined;
}

/** The name that the role would have; of a service that links no role, what such names begin with. */
function nameOf({ AWSServiceName, CustomSuffix }: Wanted): string {
  const name = serviceLinkedRoleTemplates.get(AWSServiceName)?.roleName ?? "AWSServiceRoleFor";
  return CustomSuffix === undefined ? name : `${name}_${CustomSuffix}`;
}

/** @throws AccessDenied, AWS's code for a service that links no role; NotImplemented where we do not know its name */
function requireTemplate({ AWSServiceName, CustomSuffix }: Wanted): ServiceLinkedRoleTemplate {
  const template = serviceLinkedRoleTemplates.get(AWSServiceName);
  // Seen in logs of 2023 and 2025, for callers who may create such roles.
  if (!template) throw AccessDenied(`Cannot find Service Linked Role template for ${AWSServiceName}`);
  if (template.roleName === undefined)
    throw NotImplemented(`Rolecall does not know the name of the service-linked role of ${AWSServiceName}.`);
  if (CustomSuffix !== undefined && !template.allowsCustomSuffix)
    throw InvalidInput(`Custom suffix is not allowed for ${AWSServiceName}`);
  return template;
}

/** As recorded: plain strings, where other documents have lists of one. */
const trustPolicyOf = (serviceName: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: serviceName }, Action: "sts:AssumeRole" }],
  });

/**
 * The role that a service uses in the account. Its name, trust and permissions are the service's.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
 */
export const CreateServiceLinkedRole = operation(iam, "CreateServiceLinkedRole", {
  authorization: (input, { accountId }) => ({
    resource: roleArn(accountId, serviceLinkedRolePath(input.AWSServiceName), nameOf(input)),
    context: { "iam:AWSServiceName": input.AWSServiceName },
  }),
  async handle(input, context) {
    const { accountId, store, random, nowMs } = context;
    const { serviceName, attachedPolicies } = requireTemplate(input);
    const name = nameOf(input);
    // The sentence is ours.
    if (name.length > maxRoleNameChars)
      throw InvalidInput(`The role name ${name} is longer than ${maxRoleNameChars} characters.`);
    const created: Role = {
      accountId,
      roleId: newUniqueId(idPrefixes.role, accountId, random),
      name,
      path: serviceLinkedRolePath(serviceName),
      createdAtMs: nowMs,
      maxSessionDurationSeconds: 3600,
      trustPolicy: { document: trustPolicyOf(serviceName), principalIds: {} },
      attachedPolicies: [...attachedPolicies],
      inlinePolicies: [],
      tags: [],
      ...(input.Description !== undefined && { description: input.Description }),
      serviceLinked: {
        serviceName,
        ...(input.CustomSuffix !== undefined && { customSuffix: input.CustomSuffix }),
      },
    };
    return store.write(async (tx) => {
      try {
        await tx.roles.insert(created);
      } catch (error) {
        if (error instanceof StoreConflict && error.index === undefined)
          throw InvalidInput(
            `Service role name ${name} has been taken in this account, please try a different suffix.`,
          );
        throw error;
      }
      requireQuota(role.perAccount, await tx.roles.count([accountId]), context);
      return { Role: await createdRole(tx, created) };
    });
  },
});
