import type { JsonObject } from "../templates/render.ts";

/** A version of a role template. AWS publishes them; accounts make none. */
export interface RoleTemplate {
  arn: string;
  versionId: string;
  description: string;
  /** The service that the template belongs to. */
  service: string;
  minorVersion: number;
  namePattern: string;
  pathPattern?: string;
  descriptionPattern: string;
  trust: JsonObject;
  inlinePolicies: { name: string; document: JsonObject }[];
  managedPolicyArns: string[];
  parameters: TemplateParameter[];
  maxSessionDurationSeconds: number;
  createdAt: string;
}

export interface TemplateParameter {
  name: string;
  type: "String" | "StringList";
  description: string;
  /** Without one the parameter is required. */
  defaultValue?: string;
}

const required = (
  name: string,
  description: string,
  type: TemplateParameter["type"] = "String",
): TemplateParameter => ({ name, type, description });

const optional = (name: string, defaultValue: string, description: string): TemplateParameter => ({
  name,
  type: "String",
  description,
  defaultValue,
});

const accountId = required("accountId", "Account id of the target account");
const fromOwnAccount = { StringEquals: { "aws:SourceAccount": "@{accountId}" } };

const trust = (statement: JsonObject): JsonObject => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", ...statement }],
});

const studioTrust = trust({
  Principal: {
    Service: [
      "sagemaker.amazonaws.com",
      "scheduler.amazonaws.com",
      "bedrock.amazonaws.com",
      "datazone.amazonaws.com",
      "lakeformation.amazonaws.com",
      "airflow-serverless.amazonaws.com",
      "emr-serverless.amazonaws.com",
      "redshift.amazonaws.com",
      "glue.amazonaws.com",
      "athena.amazonaws.com",
    ],
  },
  Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetContext", "sts:SetSourceIdentity"],
  Condition: fromOwnAccount,
});

const awsPolicy = (path: string): string => `arn:aws:iam::aws:policy/${path}`;

const studioKey = ["arn:aws:kms:@{keyRegion}:@{keyAccountId}:key/@{kmsKeyId}"];

/**
 * The templates that were read from the live service, 2026-09: all that we know of. AWS has more, and later versions of
 * these may come.
 */
export const roleTemplates: readonly RoleTemplate[] = [
  {
    arn: "arn:aws:iam::aws:role-template/iam.amazonaws.com/PowerUserRoleTemplate:1",
    versionId: "AVTAZKAPJZG4N6BGA67NU",
    description:
      "Creates a role that grants PowerUser permissions to the calling AWS service, allowing it to create and manage most AWS resources on your behalf. Intended for services that require wide-ranging permissions. The trusted service is configurable via the AWSServiceName parameter.",
    service: "iam.amazonaws.com",
    minorVersion: 0,
    namePattern: "@{RoleName}",
    descriptionPattern: "Power user role for @{AWSServiceName}",
    trust: trust({ Principal: { Service: "@{AWSServiceName}" }, Action: "sts:AssumeRole" }),
    inlinePolicies: [],
    managedPolicyArns: [awsPolicy("PowerUserAccess")],
    parameters: [
      required("AWSServiceName", "Service principal of the service"),
      optional("RoleName", "PowerUserRole", "Customized name for the role"),
    ],
    maxSessionDurationSeconds: 3600,
    createdAt: "2026-06-12T02:57:08Z",
  },
  {
    arn: "arn:aws:iam::aws:role-template/backup.amazonaws.com/AWSBackupDefaultServiceRoleTemplate:1",
    versionId: "AVTAZKAPJZG4ILRKDYSS2",
    description:
      "Create a role that grants AWS Backup the permissions it needs to protect your resources, including creating and managing backups for DynamoDB, RDS, EC2 EBS volumes, EFS file systems, and Storage Gateway volumes. This is the standard service role used by AWS Backup when performing backup and restore jobs.",
    service: "backup.amazonaws.com",
    minorVersion: 0,
    namePattern: "@{RoleName}",
    pathPattern: "/service-role/",
    descriptionPattern:
      "Standard service role the provides AWS Backup service permission to create and restore backups on your behalf across AWS services",
    trust: trust({
      Principal: { Service: "backup.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: fromOwnAccount,
    }),
    inlinePolicies: [],
    managedPolicyArns: [
      awsPolicy("service-role/AWSBackupServiceRolePolicyForBackup"),
      awsPolicy("service-role/AWSBackupServiceRolePolicyForRestores"),
    ],
    parameters: [accountId, optional("RoleName", "AWSBackupDefaultServiceRole", "Custom name for the role")],
    maxSessionDurationSeconds: 3600,
    createdAt: "2026-07-09T15:27:12Z",
  },
  {
    arn: "arn:aws:iam::aws:role-template/datazone.amazonaws.com/AmazonSageMakerAdminIAMPermissiveExecutionRoleTemplate:1",
    versionId: "AVTAZKAPJZG4OFOHF2FKU",
    description:
      "Creates a role that provides full administrative control over the Amazon SageMaker Unified Studio domain, and broad permissions to your account's data and AWS services to execute operations within Amazon SageMaker Unified Studio.",
    service: "datazone.amazonaws.com",
    minorVersion: 0,
    namePattern: "@{RoleName}",
    descriptionPattern:
      "Administrative role that provides full administrative control over the Amazon SageMaker Unified Studio domain, and broad permissions to your account's data and AWS services to execute operations within Amazon SageMaker Unified Studio.",
    trust: studioTrust,
    inlinePolicies: [
      {
        name: "CustomKMSKeyPolicy",
        document: {
          Version: "2012-10-17",
          Statement: [
            {
              "@Enabled": "CMK_ENABLED",
              Sid: "KMSDescribePermissions",
              Effect: "Allow",
              Action: "kms:DescribeKey",
              Resource: studioKey,
            },
            {
              "@Enabled": "CMK_ENABLED",
              Sid: "KMSPermissions",
              Effect: "Allow",
              Action: ["kms:Decrypt", "kms:GenerateDataKey"],
              Resource: studioKey,
              Condition: {
                "ForAnyValue:StringEquals": { "kms:EncryptionContextKeys": "aws:datazone:domainId" },
              },
            },
          ],
        },
      },
    ],
    managedPolicyArns: [awsPolicy("SageMakerStudioAdminIAMPermissiveExecutionPolicy")],
    parameters: [
      optional(
        "CMK_ENABLED",
        "False",
        "An indicator on whether a custom KMS key is used. Must be True or False",
      ),
      optional("RoleName", "AmazonSageMakerAdminIAMExecutionRole", "Custom name for the role"),
      accountId,
      required("keyAccountId", "AWS account that hosts the KMS key. Effective only if CMK_ENABLED is True."),
      required("keyRegion", "AWS region for the KMS key. Effective only if CMK_ENABLED is True."),
      required("kmsKeyId", "KMS key id for the custom key. Effective only if CMK_ENABLED is True."),
    ],
    maxSessionDurationSeconds: 3600,
    createdAt: "2026-07-08T22:12:14Z",
  },
  {
    arn: "arn:aws:iam::aws:role-template/datazone.amazonaws.com/AmazonSageMakerUserIAMPermissiveExecutionRoleTemplate:1",
    versionId: "AVTAZKAPJZG4HTC3G2PFY",
    description:
      "User role that provides broad permissions to your account's data and AWS services to execute operations within Amazon SageMaker Unified Studio.",
    service: "datazone.amazonaws.com",
    minorVersion: 0,
    namePattern: "@{RoleName}",
    descriptionPattern:
      "User role that provides broad permissions to your account's data and AWS services to execute operations within Amazon SageMaker Unified Studio.",
    trust: studioTrust,
    inlinePolicies: [],
    managedPolicyArns: [awsPolicy("SageMakerStudioUserIAMPermissiveExecutionPolicy")],
    parameters: [
      optional("RoleName", "AmazonSageMakerUserIAMExecutionRole", "Custom name for the role"),
      accountId,
    ],
    maxSessionDurationSeconds: 3600,
    createdAt: "2026-07-08T22:12:17Z",
  },
  {
    arn: "arn:aws:iam::aws:role-template/secretsmanager.amazonaws.com/AWSSecretsManagerRotationRoleTemplate:1",
    versionId: "AVTAZKAPJZG4PCYR454GW",
    description:
      "Creates a role that allows AWS Secrets Manager to perform secret rotation by accessing and updating secret values",
    service: "secretsmanager.amazonaws.com",
    minorVersion: 0,
    namePattern: "@{RoleName}",
    pathPattern: "/service-role/",
    descriptionPattern:
      "Allows AWS Secrets Manager to perform secret rotation by accessing and updating secret values",
    trust: trust({
      Sid: "SecretsManagerPrincipalAccess",
      Principal: { Service: "secretsmanager.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: fromOwnAccount,
    }),
    inlinePolicies: [
      {
        name: "SecretRotationPermissionPolicy",
        document: {
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "AllowRotationAccessGeneric",
              Effect: "Allow",
              Action: [
                "secretsmanager:DescribeSecret",
                "secretsmanager:GetSecretValue",
                "secretsmanager:PutSecretValue",
                "secretsmanager:UpdateSecretVersionStage",
              ],
              Resource: "arn:aws:secretsmanager:@{region}:@{accountId}:secret:*",
              Condition: { StringEquals: { "secretsmanager:resource/Type": "@{resourceType}" } },
            },
            {
              Effect: "Allow",
              Sid: "AllowPasswordGenerationAccessAdmin",
              Action: ["secretsmanager:GetRandomPassword"],
              Resource: "*",
            },
            {
              "@Enabled": "ADMIN_RESOURCE_ENABLED",
              Sid: "AllowRotationAccess",
              Action: ["secretsmanager:GetSecretValue"],
              Resource: "arn:aws:secretsmanager:@{region}:@{accountId}:secret:*",
              Effect: "Allow",
              Condition: { StringEquals: { "secretsmanager:resource/Type": "@{adminType}" } },
            },
            {
              "@Enabled": "CMK_ENABLED",
              Sid: "KMSAccessForCustomerSecret",
              Effect: "Allow",
              Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
              Resource: "@{kmsKeyArn}",
              Condition: { StringEquals: { "kms:ViaService": "secretsmanager.@{region}.amazonaws.com" } },
            },
          ],
        },
      },
    ],
    managedPolicyArns: [],
    parameters: [
      optional(
        "ADMIN_RESOURCE_ENABLED",
        "False",
        "An indicator on whether a administrative resource type for secrets manager is enabled. Must be True or False",
      ),
      optional(
        "CMK_ENABLED",
        "False",
        "An indicator on whether a custom key is used with the secret. Must be True or False",
      ),
      optional("RoleName", "AWSSecretsManagerSecretRotationRole", "Custom name for the role"),
      accountId,
      required(
        "adminType",
        "Administrative resource type for secret rotation access condition. Effective only if ADMIN_RESOURCE_ENABLED is True",
      ),
      required(
        "kmsKeyArn",
        "List of KMS key ARNs for the custom keys. Effective only if CMK_ENABLED is True.",
        "StringList",
      ),
      required("region", "AWS region for the Secret Manager secret"),
      required("resourceType", "Partner/resource type for secret rotation access condition"),
    ],
    maxSessionDurationSeconds: 3600,
    createdAt: "2026-07-09T15:27:27Z",
  },
];
