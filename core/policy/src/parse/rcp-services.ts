/**
 * Services whose actions a resource control policy may name, autumn 2026.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services
 */
export const rcpServices: ReadonlySet<string> = new Set(
  (
    "appstream dsql clouddirectory cloudfront cloudsearch logs networkmonitor cognito-identity cognito-idp comprehend " +
    "comprehendmedical firehose dynamodb dax autoscaling ecr ecr-public gamelift inspector-scan kendra kinesisvideo " +
    "memorydb aoss personalize polly s3 swf sqs textract timestream-influxdb transcribe translate workspaces appconfig " +
    "autoscaling-plans budgets servicediscovery cloudtrail-data codeartifact codebuild codecommit codepipeline " +
    "compute-optimizer cost-optimization-hub events fms fis health rolesanywhere kms opensearch pricing " +
    "pca-connector-ad resource-groups secretsmanager sts signin support transfer notifications wafv2 xray"
  ).split(" "),
);
