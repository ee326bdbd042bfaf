// Where the published constraints are silent or differ from the service. Each row says why.

/** Constraints of named shapes, laid over the published ones. */
export const shapeOverrides = {
  iam: {
    // Observed: user names over 64 are refused in lookups too, although the model says 128 there.
    existingUserNameType: { max: 64 },
    // The order in which the service was seen to print this set (GetAccountAuthorizationDetails, Filter, 2026).
    EntityType: { enum: ["LocalManagedPolicy", "User", "AWSManagedPolicy", "Role", "Group"] },
  },
  sts: {},
};

/** Members of structures that are newer than the published constraints: which shape each one has. */
export const memberOverrides = {
  iam: {
    AcquireRoleRequest: { TemplateArn: "arnType" },
    GetRoleTemplateVersionRequest: { TemplateArn: "arnType" },
  },
  sts: {},
};
