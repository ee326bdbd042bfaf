import { iam } from "@rolecall/model";
import type { Iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { pageOf, truncation } from "../pagination.ts";
import { reachOf } from "./reach.ts";
import { findSubject, identityTypes, policiesOf, subjectCheck } from "./subject.ts";
import type { HeldPolicy } from "./subject.ts";

const policyShape = ({ name, arn, holder }: HeldPolicy): Iam.PolicyGrantingServiceAccess => ({
  PolicyName: name,
  PolicyType: arn === undefined ? "INLINE" : "MANAGED",
  PolicyArn: arn,
  EntityType: holder?.type,
  EntityName: holder?.name,
});

/**
 * Which permissions policies let an identity into services, each policy by itself. Namespaces that are no service's
 * have none.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPoliciesGrantingServiceAccess.html
 */
export const ListPoliciesGrantingServiceAccess = operation(iam, "ListPoliciesGrantingServiceAccess", {
  authorization: ({ Arn }, context) => subjectCheck(Arn, identityTypes, context),
  async handle({ Arn, ServiceNamespaces, Marker }, context) {
    const held = await context.store.read(async (tx) =>
      policiesOf(tx, await findSubject(tx, Arn, context), context),
    );
    const namespaces = [...new Set(ServiceNamespaces)];
    const numbered = namespaces.map((namespace, n) => ({ namespace, key: String(n).padStart(6, "0") }));
    const page = pageOf(numbered, ({ key }) => key, { Marker }, ["granting", Arn, ...namespaces]);
    const { catalog } = context.access;
    const granting = held.map((policy) => ({ policy, reach: reachOf([policy.policy], catalog) }));
    return {
      PoliciesGrantingServiceAccess: page.items.map(({ namespace }) => ({
        ServiceNamespace: namespace,
        Policies: granting
          .filter(({ reach }) => reach.reaches(namespace))
          .map(({ policy }) => policyShape(policy)),
      })),
      ...truncation(page),
    };
  },
});
