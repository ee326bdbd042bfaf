// Where the published constraints are silent or differ from the service. Each row says why.

/** Constraints of named shapes, laid over the published ones. */
export const shapeOverrides = {
  iam: {
    // Observed: user names over 64 are refused in lookups too, although the model says 128 there.
    existingUserNameType: { max: 64 },
    // The order in which the service was seen to print this set (GetAccountAuthorizationDetails, Filter, 2026).
    EntityType: { enum: ["LocalManagedPolicy", "User", "AWSManagedPolicy", "Role", "Group"] },
    // Newer than the published constraints; the values are those of the SDK's enums of the same names.
    policyIdentifierPolicyType: {
      type: "string",
      enum: ["aws-managed", "inline", "permission-boundary", "rcp", "scp", "user-managed"],
    },
    attachmentType: { type: "string", enum: ["group", "role", "user"] },
  },
  sts: {
    // Newer than the published constraints; the SDK's description: "must not exceed 4,096 bytes", 0 is none.
    minimumSessionTokenSizeType: { type: "integer", min: 0, max: 4096 },
  },
};

const sessionTokenSize = { MinimumSessionTokenSize: "minimumSessionTokenSizeType" };

/** Members that are newer than the published constraints: which shape each one has. */
export const memberOverrides = {
  iam: {
    AcquireRoleRequest: { TemplateArn: "arnType" },
    GetRoleTemplateVersionRequest: { TemplateArn: "arnType" },
    OrderedOrganizationPolicyType: { ServiceControlPolicyInputList: "SimulationPolicyListType" },
    PolicyIdentifier: { PolicyType: "policyIdentifierPolicyType" },
    InlinePolicyIdentifierType: { AttachmentType: "attachmentType" },
  },
  sts: {
    AssumeRoleRequest: sessionTokenSize,
    AssumeRoleWithSAMLRequest: sessionTokenSize,
    AssumeRoleWithWebIdentityRequest: sessionTokenSize,
    AssumeRootRequest: sessionTokenSize,
    GetFederationTokenRequest: sessionTokenSize,
    GetSessionTokenRequest: sessionTokenSize,
  },
};

/** Order of members on the wire where it was seen to differ from the model's. */
export const orderOverrides = {
  iam: {
    // Recorded in 2026: the four lists in this order.
    GetAccountAuthorizationDetailsResponse: [
      "Policies",
      "UserDetailList",
      "RoleDetailList",
      "GroupDetailList",
    ],
  },
  sts: {},
};
