/** What is known of the role that a service links to itself. */
export interface ServiceLinkedRoleTemplate {
  /** The service principal, such as `autoscaling.amazonaws.com`. */
  serviceName: string;
  /** Undefined where only its beginning is known. */
  roleName: string | undefined;
  /** ARNs of AWS managed policies; none where they are not known. */
  attachedPolicies: string[];
  allowsCustomSuffix: boolean;
}

/**
 * Columns: service principal, role name (`*`: goes on in an unknown way), AWS managed policy below
 * `aws-service-role/` (`-`: not known), custom suffix (`?`: not known, taken as no), source.
 *
 * Sources: `rec` role, policy and suffix rule were recorded from the live service, 2025; `pol` the name stands in an
 * AWS managed policy, sample or guide; `pol*` the same, but only its beginning; `pol+know` and `know` name and policy
 * from the service's guide, the pairing not read again.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
 */
const table = `
access-analyzer.amazonaws.com                          AWSServiceRoleForAccessAnalyzer                                AccessAnalyzerServiceRolePolicy                          ?    pol+know
accountdiscovery.ssm.amazonaws.com                     AWSServiceRoleForAmazonSSM_AccountDiscovery                    AWSSystemsManagerAccountDiscoveryServicePolicy           no   rec
acm.amazonaws.com                                      AWSServiceRoleForCertificateManager                            CertificateManagerServiceRolePolicy                      no   rec
aco-automation.amazonaws.com                           AWSServiceRoleForComputeOptimizerAutomation                    -                                                        ?    pol
agent-registry.amazonaws.com                           AWSServiceRoleForAgentRegistry                                 -                                                        ?    pol
airflow-serverless.amazonaws.com                       AWSServiceRoleForAmazonMWAAServerless                          -                                                        ?    pol
airflow.amazonaws.com                                  AWSServiceRoleForAmazonMWAA                                    AmazonMWAAServiceRolePolicy                              ?    pol+know
apidestinations.events.amazonaws.com                   AWSServiceRoleForAmazonEventBridgeApiDestinations              AmazonEventBridgeApiDestinationsServiceRolePolicy        ?    pol+know
appfabric.amazonaws.com                                AWSServiceRoleForAppFabric                                     -                                                        ?    pol
application-insights.amazonaws.com                     AWSServiceRoleForApplicationInsights                           CloudwatchApplicationInsightsServiceLinkedRolePolicy     ?    pol+know
application-signals.cloudwatch.amazonaws.com           AWSServiceRoleForCloudWatchApplicationSignals                  CloudWatchApplicationSignalsServiceRolePolicy            ?    pol+know
appmesh.amazonaws.com                                  AWSServiceRoleForAppMesh                                       AWSAppMeshServiceRolePolicy                              no   rec
apprunner.amazonaws.com                                AWSServiceRoleForAppRunner                                     AppRunnerServiceRolePolicy                               ?    pol+know
appstream.application-autoscaling.amazonaws.com        AWSServiceRoleForApplicationAutoScaling_AppStreamFleet         AWSApplicationAutoscalingAppStreamFleetPolicy            ?    pol+know
appsync.amazonaws.com                                  AWSServiceRoleForAppSync*                                      -                                                        ?    pol*
artifact.amazonaws.com                                 AWSServiceRoleForArtifact                                      -                                                        ?    pol
auditmanager.amazonaws.com                             AWSServiceRoleForAuditManager                                  AWSAuditManagerServiceRolePolicy                         ?    pol+know
autoscaling-plans.amazonaws.com                        AWSServiceRoleForAutoScalingPlans_EC2AutoScaling               AWSAutoScalingPlansEC2AutoScalingPolicy                  no   rec
autoscaling.amazonaws.com                              AWSServiceRoleForAutoScaling                                   AutoScalingServiceRolePolicy                             yes  rec
backup.amazonaws.com                                   AWSServiceRoleForBackup                                        AWSBackupServiceLinkedRolePolicyForBackup                no   rec
batch.amazonaws.com                                    AWSServiceRoleForBatch                                         BatchServiceRolePolicy                                   no   rec
bedrock-agentcore.amazonaws.com                        AWSServiceRoleForBedrockAgentCoreGatewayNetwork                -                                                        ?    pol
braket.amazonaws.com                                   AWSServiceRoleForAmazonBraket*                                 -                                                        ?    pol*
bugbust.amazonaws.com                                  AWSServiceRoleForBugBust                                       -                                                        ?    pol
cassandra-streams.amazonaws.com                        AWSServiceRoleForAmazonKeyspacesCDC                            -                                                        ?    pol
cassandra.application-autoscaling.amazonaws.com        AWSServiceRoleForApplicationAutoScaling_CassandraTable         AWSApplicationAutoscalingCassandraTablePolicy            no   rec
channels.lex.amazonaws.com                             AWSServiceRoleForLexChannels                                   -                                                        ?    pol
channels.lexv2.amazonaws.com                           AWSServiceRoleForLexV2Channels*                                -                                                        ?    pol*
chime.amazonaws.com                                    AWSServiceRoleForAmazonChime                                   -                                                        ?    pol
cks.kms.amazonaws.com                                  AWSServiceRoleForKeyManagementServiceCustomKeyStores           AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy  no   rec
cloud9.amazonaws.com                                   AWSServiceRoleForAWSCloud9                                     AWSCloud9ServiceRolePolicy                               ?    know
cloudhsm.amazonaws.com                                 AWSServiceRoleForCloudHSM                                      CloudHSMServiceRolePolicy                                ?    know
cloudtrail.amazonaws.com                               AWSServiceRoleForCloudTrail                                    CloudTrailServiceRolePolicy                              no   rec
cloudwatch-crossaccount.amazonaws.com                  AWSServiceRoleForCloudWatchCrossAccount                        CloudWatch-CrossAccountAccess                            ?    know
codeguru-reviewer.amazonaws.com                        AWSServiceRoleForAmazonCodeGuruReviewer                        -                                                        ?    pol
codestar-notifications.amazonaws.com                   AWSServiceRoleForCodeStarNotifications                         AWSCodeStarNotificationsServiceRolePolicy                no   rec
cognito-idp.amazonaws.com                              AWSServiceRoleForAmazonCognitoIdp                              -                                                        ?    pol
comprehend.application-autoscaling.amazonaws.com       AWSServiceRoleForApplicationAutoScaling_ComprehendEndpoint     AWSApplicationAutoscalingComprehendEndpointPolicy        ?    know
compute-optimizer.amazonaws.com                        AWSServiceRoleForComputeOptimizer                              ComputeOptimizerServiceRolePolicy                        ?    pol+know
config-conforms.amazonaws.com                          AWSServiceRoleForConfigConforms                                ConfigConformsServiceRolePolicy                          ?    pol+know
config.amazonaws.com                                   AWSServiceRoleForConfig                                        AWSConfigServiceRolePolicy                               no   rec
connect.amazonaws.com                                  AWSServiceRoleForAmazonConnect                                 AmazonConnectServiceLinkedRolePolicy                     yes  rec
connectcampaigns.amazonaws.com                         AWSServiceRoleForConnectCampaigns                              -                                                        ?    pol
continuousexport.discovery.amazonaws.com               AWSServiceRoleForApplicationDiscoveryServiceContinuousExport*  -                                                        ?    pol*
cost-optimization-hub.bcm.amazonaws.com                AWSServiceRoleForCostOptimizationHub                           -                                                        ?    pol
custom-resource.application-autoscaling.amazonaws.com  AWSServiceRoleForApplicationAutoScaling_CustomResource         AWSApplicationAutoScalingCustomResourcePolicy            ?    know
datasync.amazonaws.com                                 AWSServiceRoleForDataSync                                      -                                                        ?    pol
dax.amazonaws.com                                      AWSServiceRoleForDAX                                           DAXServiceRolePolicy                                     ?    pol+know
delivery.logs.amazonaws.com                            AWSServiceRoleForLogDelivery                                   AWSServiceRoleForLogDeliveryPolicy                       ?    pol+know
devops-guru.amazonaws.com                              AWSServiceRoleForDevOpsGuru                                    AmazonDevOpsGuruServiceRolePolicy                        ?    pol+know
dms-fleet-advisor.amazonaws.com                        AWSServiceRoleForDMSFleetAdvisor                               AWSDMSFleetAdvisorServiceRolePolicy                      no   rec
dms.amazonaws.com                                      AWSServiceRoleForDMSServerless                                 AWSDMSServerlessServiceRolePolicy                        no   rec
docdb-elastic.amazonaws.com                            AWSServiceRoleForDocDB-Elastic                                 AmazonDocDB-ElasticServiceRolePolicy                     no   rec
dynamodb.application-autoscaling.amazonaws.com         AWSServiceRoleForApplicationAutoScaling_DynamoDBTable          AWSApplicationAutoscalingDynamoDBTablePolicy             ?    pol+know
ec2-instance-connect.amazonaws.com                     AWSServiceRoleForEc2InstanceConnect                            Ec2InstanceConnectEndpoint                               no   rec
ec2.application-autoscaling.amazonaws.com              AWSServiceRoleForApplicationAutoScaling_EC2SpotFleetRequest    AWSApplicationAutoscalingEC2SpotFleetRequestPolicy       no   rec
ec2fastlaunch.amazonaws.com                            AWSServiceRoleForEC2FastLaunch                                 -                                                        ?    pol
ecr.amazonaws.com                                      AWSServiceRoleForECRTemplate                                   ECRTemplateServiceRolePolicy                             no   rec
ecs.amazonaws.com                                      AWSServiceRoleForECS                                           AmazonECSServiceRolePolicy                               no   rec
ecs.application-autoscaling.amazonaws.com              AWSServiceRoleForApplicationAutoScaling_ECSService             AWSApplicationAutoscalingECSServicePolicy                ?    pol+know
eks-connector.amazonaws.com                            AWSServiceRoleForAmazonEKSConnector                            AmazonEKSConnectorServiceRolePolicy                      no   rec
eks-fargate.amazonaws.com                              AWSServiceRoleForAmazonEKSForFargate                           AmazonEKSForFargateServiceRolePolicy                     no   rec
eks-nodegroup.amazonaws.com                            AWSServiceRoleForAmazonEKSNodegroup                            AWSServiceRoleForAmazonEKSNodegroup                      no   rec
eks.amazonaws.com                                      AWSServiceRoleForAmazonEKS                                     AmazonEKSServiceRolePolicy                               no   rec
elasticache.amazonaws.com                              AWSServiceRoleForElastiCache                                   ElastiCacheServiceRolePolicy                             no   rec
elasticache.application-autoscaling.amazonaws.com      AWSServiceRoleForApplicationAutoScaling_ElastiCacheRG          AWSApplicationAutoscalingElastiCacheRGPolicy             ?    know
elasticbeanstalk.amazonaws.com                         AWSServiceRoleForElasticBeanstalk                              AWSElasticBeanstalkServiceRolePolicy                     no   rec
elasticfilesystem.amazonaws.com                        AWSServiceRoleForAmazonElasticFileSystem                       AmazonElasticFileSystemServiceRolePolicy                 no   rec
elasticloadbalancing.amazonaws.com                     AWSServiceRoleForElasticLoadBalancing                          AWSElasticLoadBalancingServiceRolePolicy                 no   rec
elasticmapreduce.amazonaws.com                         AWSServiceRoleForEMRCleanup                                    AmazonEMRCleanupPolicy                                   ?    pol+know
email.cognito-idp.amazonaws.com                        AWSServiceRoleForAmazonCognitoIdpEmailService                  AmazonCognitoIdpEmailServiceRolePolicy                   no   rec
emr-containers.amazonaws.com                           AWSServiceRoleForAmazonEMRContainers                           AmazonEMRContainersServiceRolePolicy                     no   rec
emrwal.amazonaws.com                                   AWSServiceRoleForEMRWAL                                        EMRDescribeClusterPolicyForEMRWAL                        no   rec
es.amazonaws.com                                       AWSServiceRoleForAmazonElasticsearchService                    AmazonElasticsearchServiceRolePolicy                     ?    pol+know
events.amazonaws.com                                   AWSServiceRoleForCloudWatchEvents                              CloudWatchEventsServiceRolePolicy                        ?    pol+know
events.workmail.amazonaws.com                          AWSServiceRoleForAmazonWorkMailEvents*                         -                                                        ?    pol*
fis.amazonaws.com                                      AWSServiceRoleForFIS                                           AmazonFISServiceRolePolicy                               no   rec
fms.amazonaws.com                                      AWSServiceRoleForFMS                                           FMSServiceRolePolicy                                     ?    pol+know
fsx.amazonaws.com                                      AWSServiceRoleForAmazonFSx                                     AmazonFSxServiceRolePolicy                               ?    know
globalaccelerator.amazonaws.com                        AWSServiceRoleForGlobalAccelerator                             AWSGlobalAcceleratorSLRPolicy                            ?    pol+know
grafana.amazonaws.com                                  AWSServiceRoleForAmazonGrafana                                 AmazonGrafanaServiceLinkedRolePolicy                     no   rec
guardduty.amazonaws.com                                AWSServiceRoleForAmazonGuardDuty                               AmazonGuardDutyServiceRolePolicy                         ?    pol+know
imagebuilder.amazonaws.com                             AWSServiceRoleForImageBuilder                                  AWSServiceRoleForImageBuilder                            no   rec
inspector.amazonaws.com                                AWSServiceRoleForAmazonInspector                               AmazonInspectorServiceRolePolicy                         ?    pol+know
inspector2.amazonaws.com                               AWSServiceRoleForAmazonInspector2                              AmazonInspector2ServiceRolePolicy                        ?    pol+know
internetmonitor.amazonaws.com                          AWSServiceRoleForInternetMonitor                               CloudWatchInternetMonitorServiceRolePolicy               ?    pol+know
iotmanagedintegrations.amazonaws.com                   AWSServiceRoleForIoTManagedIntegrations                        AWSIoTManagedIntegrationsRolePolicy                      no   rec
iotroborunner.amazonaws.com                            AWSServiceRoleForIoTRoboRunner                                 -                                                        ?    pol
iotsitewise.amazonaws.com                              AWSServiceRoleForIoTSiteWise*                                  -                                                        ?    pol*
ipam.amazonaws.com                                     AWSServiceRoleForIPAM                                          AWSIPAMServiceRolePolicy                                 ?    know
justintimeaccess.ssm.amazonaws.com                     AWSServiceRoleForSystemsManagerJustInTimeAccess                -                                                        ?    pol
kafka.amazonaws.com                                    AWSServiceRoleForKafka                                         KafkaServiceRolePolicy                                   no   rec
kafka.application-autoscaling.amazonaws.com            AWSServiceRoleForApplicationAutoScaling_KafkaCluster           AWSApplicationAutoscalingKafkaClusterPolicy              ?    know
kafkaconnect.amazonaws.com                             AWSServiceRoleForKafkaConnect                                  KafkaConnectServiceRolePolicy                            no   rec
lakeformation.amazonaws.com                            AWSServiceRoleForLakeFormationDataAccess                       LakeFormationDataAccessServiceRolePolicy                 no   rec
lambda.amazonaws.com                                   AWSServiceRoleForLambda                                        -                                                        ?    pol
lambda.application-autoscaling.amazonaws.com           AWSServiceRoleForApplicationAutoScaling_LambdaConcurrency      AWSApplicationAutoscalingLambdaConcurrencyPolicy         ?    know
lex.amazonaws.com                                      AWSServiceRoleForLexBots                                       AmazonLexBotPolicy                                       no   rec
lexv2.amazonaws.com                                    AWSServiceRoleForLexV2Bots                                     AmazonLexV2BotPolicy                                     yes  rec
license-management.marketplace.amazonaws.com           AWSServiceRoleForMarketplaceLicenseManagement                  -                                                        ?    pol
license-manager.member-account.amazonaws.com           AWSServiceRoleForAWSLicenseManagerMemberAccountRole            -                                                        ?    pol
lightsail.amazonaws.com                                AWSServiceRoleForLightsail                                     LightsailExportAccess                                    no   rec
logger.cloudfront.amazonaws.com                        AWSServiceRoleForCloudFrontLogger                              AWSCloudFrontLogger                                      ?    know
m2.amazonaws.com                                       AWSServiceRoleForAWSM2                                         AWSM2ServicePolicy                                       no   rec
macie.amazonaws.com                                    AWSServiceRoleForAmazonMacie                                   AmazonMacieServiceRolePolicy                             ?    pol+know
maintenance.elasticbeanstalk.amazonaws.com             AWSServiceRoleForElasticBeanstalk                              -                                                        ?    pol
managedupdates.elasticbeanstalk.amazonaws.com          AWSServiceRoleForElasticBeanstalk                              -                                                        ?    pol
management.chatbot.amazonaws.com                       AWSServiceRoleForAWSChatbot                                    AWSChatbotServiceLinkedRolePolicy                        ?    know
member.org.stacksets.cloudformation.amazonaws.com      AWSServiceRoleForCloudFormationStackSetsOrgMember              CloudFormationStackSetsOrgMemberServiceRolePolicy        ?    know
memorydb.amazonaws.com                                 AWSServiceRoleForMemoryDB                                      MemoryDBServiceRolePolicy                                no   rec
migrationhub-orchestrator.amazonaws.com                AWSServiceRoleForMigrationHubOrchestrator*                     -                                                        ?    pol*
monitoring.thinclient.amazonaws.com                    AWSServiceRoleForAmazonWorkSpacesThinClientMonitoring          -                                                        ?    pol
mq.amazonaws.com                                       AWSServiceRoleForAmazonMQ                                      AmazonMQServiceRolePolicy                                no   rec
mrk.kms.amazonaws.com                                  AWSServiceRoleForKeyManagementServiceMultiRegionKeys           AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy  no   rec
neptune-graph.amazonaws.com                            AWSServiceRoleForNeptuneGraph                                  -                                                        ?    pol
neptune.application-autoscaling.amazonaws.com          AWSServiceRoleForApplicationAutoScaling_NeptuneCluster         AWSApplicationAutoscalingNeptuneClusterPolicy            ?    know
network-firewall.amazonaws.com                         AWSServiceRoleForNetworkFirewall                               AWSNetworkFirewallServiceRolePolicy                      ?    pol+know
network.bedrock-agentcore.amazonaws.com                AWSServiceRoleForBedrockAgentCoreNetwork                       -                                                        ?    pol
networkmanager.amazonaws.com                           AWSServiceRoleForNetworkManager                                AWSNetworkManagerServiceRolePolicy                       ?    know
notifications.amazonaws.com                            AWSServiceRoleForAwsUserNotifications                          AWSUserNotificationsServiceLinkedRolePolicy              no   rec
notifications.ssm.amazonaws.com                        AWSServiceRoleForSystemsManagerNotifications                   -                                                        ?    pol
observability.aoss.amazonaws.com                       AWSServiceRoleForAmazonOpenSearchServerless                    AmazonOpenSearchServerlessServiceRolePolicy              no   rec
opensearchservice.amazonaws.com                        AWSServiceRoleForAmazonOpenSearchService                       AmazonOpenSearchServiceRolePolicy                        no   rec
ops.apigateway.amazonaws.com                           AWSServiceRoleForAPIGateway                                    APIGatewayServiceRolePolicy                              no   rec
ops.athena.amazonaws.com                               AWSServiceRoleForAmazonAthena                                  -                                                        ?    pol
ops.emr-serverless.amazonaws.com                       AWSServiceRoleForAmazonEMRServerless                           AmazonEMRServerlessServiceRolePolicy                     no   rec
opsdatasync.ssm.amazonaws.com                          AWSServiceRoleForSystemsManagerOpsDataSync                     AWSSystemsManagerOpsDataSyncServiceRolePolicy            no   rec
opsinsights.ssm.amazonaws.com                          AWSServiceRoleForAmazonSSM_OpsInsights                         AWSSSMOpsInsightsServiceRolePolicy                       no   rec
organizations.amazonaws.com                            AWSServiceRoleForOrganizations                                 AWSOrganizationsServiceTrustPolicy                       ?    know
orgsdatasync.servicecatalog.amazonaws.com              AWSServiceRoleForServiceCatalogOrgsDataSync                    -                                                        ?    pol
osis.amazonaws.com                                     AWSServiceRoleForAmazonOpenSearchIngestionService              -                                                        ?    pol
outposts.eks-local.amazonaws.com                       AWSServiceRoleForAmazonEKSLocalOutpost                         -                                                        ?    pol
private-marketplace.marketplace.amazonaws.com          AWSServiceRoleForPrivateMarketplaceAdmin                       -                                                        ?    pol
profile.amazonaws.com                                  AWSServiceRoleForProfile_*                                     -                                                        ?    pol*
pullthroughcache.ecr.amazonaws.com                     AWSServiceRoleForECRPullThroughCache                           AWSECRPullThroughCache_ServiceRolePolicy                 no   rec
ram.amazonaws.com                                      AWSServiceRoleForResourceAccessManager                         AWSResourceAccessManagerServiceRolePolicy                no   rec
rds.amazonaws.com                                      AWSServiceRoleForRDS                                           AmazonRDSServiceRolePolicy                               no   rec
rds.application-autoscaling.amazonaws.com              AWSServiceRoleForApplicationAutoScaling_RDSCluster             AWSApplicationAutoscalingRDSClusterPolicy                ?    know
reachabilityanalyzer.networkinsights.amazonaws.com     AWSServiceRoleForReachabilityAnalyzer                          AWSReachabilityAnalyzerServiceRolePolicy                 ?    know
redshift-data.amazonaws.com                            AWSServiceRoleForRedshift                                      -                                                        ?    pol
redshift.amazonaws.com                                 AWSServiceRoleForRedshift                                      AmazonRedshiftServiceLinkedRolePolicy                    no   rec
remediation.config.amazonaws.com                       AWSServiceRoleForConfigRemediation                             -                                                        ?    pol+know
replication.cassandra.amazonaws.com                    AWSServiceRoleForKeyspacesReplication                          KeyspacesReplicationServiceRolePolicy                    no   rec
replication.ecr.amazonaws.com                          AWSServiceRoleForECRReplication                                ECRReplicationServiceRolePolicy                          no   rec
replication.lexv2.amazonaws.com                        AWSServiceRoleForLexV2Replication*                             -                                                        ?    pol*
replicator.lambda.amazonaws.com                        AWSServiceRoleForLambdaReplicator                              AWSLambdaReplicator                                      ?    know
reporting.trustedadvisor.amazonaws.com                 AWSServiceRoleForTrustedAdvisorReporting                       AWSTrustedAdvisorReportingServiceRolePolicy              ?    pol+know
repository.sync.codeconnections.amazonaws.com          AWSServiceRoleForGitSync                                       AWSGitSyncServiceRolePolicy                              no   rec
resource-explorer-2.amazonaws.com                      AWSServiceRoleForResourceExplorer                              AWSResourceExplorerServiceRolePolicy                     no   rec
rolesanywhere.amazonaws.com                            AWSServiceRoleForRolesAnywhere                                 AWSRolesAnywhereServicePolicy                            no   rec
route53resolver.amazonaws.com                          AWSServiceRoleForRoute53Resolver                               Route53ResolverServiceRolePolicy                         ?    pol+know
rum.amazonaws.com                                      AWSServiceRoleForRealUserMonitoring                            AmazonCloudWatchRUMServiceRolePolicy                     ?    pol+know
runtime-identity.bedrock-agentcore.amazonaws.com       AWSServiceRoleForBedrockAgentCoreRuntimeIdentity               -                                                        ?    pol
runtime-instances.bedrock-agentcore.amazonaws.com      AWSServiceRoleForBedrockAgentCoreRuntimeInstances              -                                                        ?    pol
s3-outposts.amazonaws.com                              AWSServiceRoleForS3OnOutposts                                  AWSS3OnOutpostsServiceRolePolicy                         no   rec
s3.data-source.lustre.fsx.amazonaws.com                AWSServiceRoleForFSxS3Access_*                                 -                                                        ?    pol*
sagemaker.amazonaws.com                                AWSServiceRoleForAmazonSageMakerNotebooks                      -                                                        ?    pol
sagemaker.application-autoscaling.amazonaws.com        AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint      AWSApplicationAutoscalingSageMakerEndpointPolicy         ?    pol+know
schemas.amazonaws.com                                  AWSServiceRoleForSchemas                                       AmazonEventBridgeSchemasServiceRolePolicy                ?    pol+know
scraper.aps.amazonaws.com                              AWSServiceRoleForAmazonPrometheusScraper*                      -                                                        ?    pol*
sdmp.amazonaws.com                                     AWSServiceRoleForSDMP                                          -                                                        ?    pol
security-ir.amazonaws.com                              AWSServiceRoleForSecurityIncidentResponse                      -                                                        ?    pol
securityhub.amazonaws.com                              AWSServiceRoleForSecurityHub                                   AWSSecurityHubServiceRolePolicy                          ?    know
securitylake.amazonaws.com                             AWSServiceRoleForSecurityLake                                  -                                                        ?    pol
servicecatalog-appregistry.amazonaws.com               AWSServiceRoleForAWSServiceCatalogAppRegistry                  -                                                        ?    pol
servicequotas.amazonaws.com                            AWSServiceRoleForServiceQuotas                                 ServiceQuotasServiceRolePolicy                           ?    pol+know
ses.amazonaws.com                                      AWSServiceRoleForAmazonSES                                     AmazonSESServiceRolePolicy                               no   rec
shield.amazonaws.com                                   AWSServiceRoleForAWSShield                                     AWSShieldServiceRolePolicy                               no   rec
spot.amazonaws.com                                     AWSServiceRoleForEC2Spot                                       AWSEC2SpotServiceRolePolicy                              ?    pol+know
spotfleet.amazonaws.com                                AWSServiceRoleForEC2SpotFleet                                  AWSEC2SpotFleetServiceRolePolicy                         ?    know
ssm-incidents.amazonaws.com                            AWSServiceRoleForIncidentManager                               AWSIncidentManagerServiceRolePolicy                      no   rec
ssm-quicksetup.amazonaws.com                           AWSServiceRoleForSSMQuickSetup                                 SSMQuickSetupRolePolicy                                  no   rec
ssm-sap.amazonaws.com                                  AWSServiceRoleForAWSSSMForSAP                                  -                                                        ?    pol
ssm.amazonaws.com                                      AWSServiceRoleForAmazonSSM                                     AmazonSSMServiceRolePolicy                               no   rec
sso.amazonaws.com                                      AWSServiceRoleForSSO                                           AWSSSOServiceRolePolicy                                  no   rec
stacksets.cloudformation.amazonaws.com                 AWSServiceRoleForCloudFormationStackSetsOrgAdmin               CloudFormationStackSetsOrgAdminServiceRolePolicy         ?    know
support.amazonaws.com                                  AWSServiceRoleForSupport                                       AWSSupportServiceRolePolicy                              ?    pol+know
sync.proton.amazonaws.com                              AWSServiceRoleForProtonSync                                    -                                                        ?    pol
thirdparty.config.amazonaws.com                        AWSServiceRoleForConfigThirdParty                              -                                                        ?    pol
timestream-influxdb.amazonaws.com                      AWSServiceRoleForTimestreamInfluxDB                            -                                                        ?    pol
transform-custom.amazonaws.com                         AWSServiceRoleForAWSTransformCustom                            -                                                        ?    pol
transitgateway.amazonaws.com                           AWSServiceRoleForVPCTransitGateway                             AWSVPCTransitGatewayServiceRolePolicy                    ?    pol+know
triage.security-ir.amazonaws.com                       AWSServiceRoleForSecurityIncidentResponse_Triage               -                                                        ?    pol
trustedadvisor.amazonaws.com                           AWSServiceRoleForTrustedAdvisor                                AWSTrustedAdvisorServiceRolePolicy                       ?    pol+know
user-attribute-cost-allocation-data.amazonaws.com      AWSServiceRoleForUserAttributeCostAllocation                   -                                                        ?    pol
vpc-lattice.amazonaws.com                              AWSServiceRoleForVpcLattice                                    AWSVpcLatticeServiceRolePolicy                           ?    pol+know
vpcorigin.cloudfront.amazonaws.com                     AWSServiceRoleForCloudFrontVPCOrigin                           AWSCloudFrontVPCOriginServiceRolePolicy                  no   rec
waf.amazonaws.com                                      AWSServiceRoleForWAFLogging                                    WAFLoggingServiceRolePolicy                              no   rec
wafv2.amazonaws.com                                    AWSServiceRoleForWAFV2Logging                                  WAFV2LoggingServiceRolePolicy                            no   rec
workspaces.application-autoscaling.amazonaws.com       AWSServiceRoleForApplicationAutoScaling_WorkSpacesPool         AWSApplicationAutoscalingWorkSpacesPoolPolicy            ?    know
`;

const policyPrefix = "arn:aws:iam::aws:policy/aws-service-role/";

/** Names are a table, not a rule: service principal to role. */
export const serviceLinkedRoleTemplates: ReadonlyMap<string, ServiceLinkedRoleTemplate> = new Map(
  table
    .trim()
    .split("\n")
    .map((row) => {
      const [serviceName = "", roleName = "*", policy = "-", suffix] = row.split(/ +/);
      return [
        serviceName,
        {
          serviceName,
          roleName: roleName.endsWith("*") ? undefined : roleName,
          attachedPolicies: policy === "-" ? [] : [policyPrefix + policy],
          allowsCustomSuffix: suffix === "yes",
        },
      ];
    }),
);
