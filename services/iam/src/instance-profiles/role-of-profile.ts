import { iam, NoSuchEntity } from "@rolecall/model";
import { operation } from "@rolecall/pipeline";
import { entityCheck } from "../checks.ts";
import { find, role } from "../identity-kinds.ts";
import { requireQuota } from "../quotas.ts";
import { changeProfile, profileCheck } from "./instance-profiles.ts";

/**
 * Whoever puts a role into a profile hands it to the instances that get the profile, so he must be allowed to
 * pass that role. Which instances these will be is not known yet: the one they are associated with is documented to
 * be every instance of the account, in any Region.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html
 */
export const AddRoleToInstanceProfile = operation(iam, "AddRoleToInstanceProfile", {
  async authorization({ InstanceProfileName, RoleName }, context) {
    const passing = await entityCheck(role, RoleName, context, {
      action: "iam:PassRole",
      context: {
        "iam:PassedToService": "ec2.amazonaws.com",
        "iam:AssociatedResourceArn": `arn:aws:ec2:*:${context.accountId}:instance/*`,
      },
    });
    // As seen in a public log of 2024: by the role's ARN, unlike IAM's other denials on a role.
    return [await profileCheck(InstanceProfileName, context), { ...passing, shownAs: passing.resource }];
  },
  handle: ({ InstanceProfileName, RoleName }, context) =>
    changeProfile(InstanceProfileName, context, async (profile, tx) => {
      const added = await find(role, tx, context.accountId, RoleName);
      role.requireModifiable(added);
      requireQuota("InstanceSessionsPerInstanceProfile", profile.roleId === undefined ? 1 : 2, context);
      profile.roleId = added.roleId;
    }),
});

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html */
export const RemoveRoleFromInstanceProfile = operation(iam, "RemoveRoleFromInstanceProfile", {
  authorization: ({ InstanceProfileName }, context) => profileCheck(InstanceProfileName, context),
  handle: ({ InstanceProfileName, RoleName }, context) =>
    changeProfile(InstanceProfileName, context, async (profile, tx) => {
      const removed = await find(role, tx, context.accountId, RoleName);
      if (profile.roleId !== removed.roleId)
        throw NoSuchEntity(`The role with name ${RoleName} cannot be found.`);
      delete profile.roleId;
    }),
});
