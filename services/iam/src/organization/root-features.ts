import { iam } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import type { OperationContext } from "@rolecall/pipeline";
import type { Organization } from "@rolecall/store-contract";
import { accountCheck } from "../checks.ts";
import { administeredOrganization, requireManagementAccount } from "./organization-check.ts";

type RootFeature = Organization["rootFeatures"][number];

const answer = ({ organizationId, rootFeatures }: Organization) => ({
  OrganizationId: organizationId,
  EnabledFeatures: [...rootFeatures],
});

/** Switching a feature to what it is already is a success. */
const switching =
  (feature: RootFeature, isOn: boolean) =>
  async (_input: object, { store, accountId }: OperationContext) => {
    const changed = await store.write(async (tx) => {
      const organization = await administeredOrganization(tx, accountId);
      if (isOn) requireManagementAccount(organization, accountId);
      const others = organization.rootFeatures.filter((one) => one !== feature);
      const next = { ...organization, rootFeatures: isOn ? [...others, feature].toSorted() : others };
      await tx.organizations.put(next);
      return next;
    });
    return answer(changed);
  };

export const EnableOrganizationsRootCredentialsManagement = operation(
  iam,
  "EnableOrganizationsRootCredentialsManagement",
  { authorization: () => accountCheck, handle: switching("RootCredentialsManagement", true) },
);

export const DisableOrganizationsRootCredentialsManagement = operation(
  iam,
  "DisableOrganizationsRootCredentialsManagement",
  { authorization: () => accountCheck, handle: switching("RootCredentialsManagement", false) },
);

export const EnableOrganizationsRootSessions = operation(iam, "EnableOrganizationsRootSessions", {
  authorization: () => accountCheck,
  handle: switching("RootSessions", true),
});

export const DisableOrganizationsRootSessions = operation(iam, "DisableOrganizationsRootSessions", {
  authorization: () => accountCheck,
  handle: switching("RootSessions", false),
});

export const ListOrganizationsFeatures = operation(iam, "ListOrganizationsFeatures", {
  readOnly: true,
  authorization: () => accountCheck,
  handle: async (_input, { store, accountId }) =>
    answer(await store.read((tx) => administeredOrganization(tx, accountId))),
});
