//! The services that have service-linked roles: what the role is called and what it may do.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html>

/// A service with a service-linked role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Linked {
    /// The service, without `.amazonaws.com`.
    service: &'static str,
    /// The role's name behind `AWSServiceRoleFor`.
    pub role: &'static str,
    /// Its managed policy, below `/aws-service-role/`.
    pub policy: &'static str,
    /// Whether there may be several, told apart by a suffix.
    pub takes_suffix: bool,
}

/// The service of that principal, such as `ecs.amazonaws.com`.
pub fn find(principal: &str) -> Option<&'static Linked> {
    let service = principal.strip_suffix(".amazonaws.com")?;
    LINKED.iter().find(|linked| linked.service == service)
}

/// The services that have such roles, without `.amazonaws.com`.
pub fn names() -> impl Iterator<Item = &'static str> {
    LINKED.iter().map(|linked| linked.service)
}

const fn one(service: &'static str, role: &'static str, policy: &'static str) -> Linked {
    Linked { service, role, policy, takes_suffix: false }
}

const fn many(service: &'static str, role: &'static str, policy: &'static str) -> Linked {
    Linked { service, role, policy, takes_suffix: true }
}

const LINKED: &[Linked] = &[
    one("access-analyzer", "AccessAnalyzer", "AccessAnalyzerServiceRolePolicy"),
    one(
        "apidestinations.events",
        "AmazonEventBridgeApiDestinations",
        "AmazonEventBridgeApiDestinationsServiceRolePolicy",
    ),
    many("autoscaling", "AutoScaling", "AutoScalingServiceRolePolicy"),
    one("backup", "Backup", "AWSBackupServiceLinkedRolePolicyForBackup"),
    one("batch", "Batch", "BatchServiceRolePolicy"),
    one("cks.kms", "KeyManagementServiceCustomKeyStores", "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy"),
    one("cloudtrail", "CloudTrail", "CloudTrailServiceRolePolicy"),
    one("cognito-idp", "AmazonCognitoIdp", "AmazonCognitoIdpServiceRolePolicy"),
    one("config", "Config", "AWSConfigServiceRolePolicy"),
    many("connect", "AmazonConnect", "AmazonConnectServiceLinkedRolePolicy"),
    one(
        "contributorinsights.dynamodb",
        "DynamoDBCloudWatchContributorInsights",
        "DynamoDBCloudWatchContributorInsightsServiceRolePolicy",
    ),
    one(
        "custom-resource.application-autoscaling",
        "ApplicationAutoScaling_CustomResource",
        "AWSApplicationAutoScalingCustomResourcePolicy",
    ),
    one(
        "dynamodb.application-autoscaling",
        "ApplicationAutoScaling_DynamoDBTable",
        "AWSApplicationAutoscalingDynamoDBTablePolicy",
    ),
    one("ecs", "ECS", "AmazonECSServiceRolePolicy"),
    one(
        "ecs.application-autoscaling",
        "ApplicationAutoScaling_ECSService",
        "AWSApplicationAutoscalingECSServicePolicy",
    ),
    one("eks", "AmazonEKS", "AmazonEKSServiceRolePolicy"),
    one("eks-fargate", "AmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"),
    one("eks-nodegroup", "AmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"),
    one("elasticache", "ElastiCache", "ElastiCacheServiceRolePolicy"),
    one(
        "elasticache.application-autoscaling",
        "ApplicationAutoScaling_ElastiCacheRG",
        "AWSApplicationAutoscalingElastiCacheRGPolicy",
    ),
    one("elasticbeanstalk", "ElasticBeanstalk", "AWSElasticBeanstalkServiceRolePolicy"),
    one("elasticfilesystem", "AmazonElasticFileSystem", "AmazonElasticFileSystemServiceRolePolicy"),
    one("elasticloadbalancing", "ElasticLoadBalancing", "AWSElasticLoadBalancingServiceRolePolicy"),
    one("elasticmapreduce", "EMRCleanup", "AmazonEMRCleanupPolicy"),
    one("email.cognito-idp", "AmazonCognitoIdpEmailService", "AmazonCognitoIdpEmailServiceRolePolicy"),
    one("es", "AmazonElasticsearchService", "AmazonElasticsearchServiceRolePolicy"),
    one("events", "CloudWatchEvents", "CloudWatchEventsServiceRolePolicy"),
    one("fms", "FMS", "FMSServiceRolePolicy"),
    one("fsx", "AmazonFSx", "AmazonFSxServiceRolePolicy"),
    one("globalaccelerator", "GlobalAccelerator", "AWSGlobalAcceleratorSLRPolicy"),
    one("grafana", "AmazonGrafana", "AmazonGrafanaServiceLinkedRolePolicy"),
    one("guardduty", "AmazonGuardDuty", "AmazonGuardDutyServiceRolePolicy"),
    one("inspector2", "AmazonInspector2", "AmazonInspector2ServiceRolePolicy"),
    one("ipam", "IPAM", "AWSIPAMServiceRolePolicy"),
    one("kafka", "Kafka", "KafkaServiceRolePolicy"),
    one(
        "kafka.application-autoscaling",
        "ApplicationAutoScaling_KafkaCluster",
        "AWSApplicationAutoscalingKafkaClusterPolicy",
    ),
    one(
        "lambda.application-autoscaling",
        "ApplicationAutoScaling_LambdaConcurrency",
        "AWSApplicationAutoscalingLambdaConcurrencyPolicy",
    ),
    one("logger.cloudfront", "CloudFrontLogger", "AWSCloudFrontLogger"),
    one("macie", "AmazonMacie", "AmazonMacieServiceRolePolicy"),
    one(
        "member.org.stacksets.cloudformation",
        "CloudFormationStackSetsOrgMember",
        "CloudFormationStackSetsOrgMemberServiceRolePolicy",
    ),
    one("memorydb", "MemoryDB", "MemoryDBServiceRolePolicy"),
    one("mq", "AmazonMQ", "AmazonMQServiceRolePolicy"),
    one("mrk.kms", "KeyManagementServiceMultiRegionKeys", "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy"),
    one("network-firewall", "NetworkFirewall", "AWSNetworkFirewallServiceRolePolicy"),
    one("opensearchservice", "AmazonOpenSearchService", "AmazonOpenSearchServiceRolePolicy"),
    one("ops.apigateway", "APIGateway", "APIGatewayServiceRolePolicy"),
    one("organizations", "Organizations", "AWSOrganizationsServiceTrustPolicy"),
    one("pullthroughcache.ecr", "ECRPullThroughCache", "AWSECRPullThroughCache_ServiceRolePolicy"),
    one("ram", "ResourceAccessManager", "AWSResourceAccessManagerServiceRolePolicy"),
    one("rds", "RDS", "AmazonRDSServiceRolePolicy"),
    one(
        "rds.application-autoscaling",
        "ApplicationAutoScaling_RDSCluster",
        "AWSApplicationAutoscalingRDSClusterPolicy",
    ),
    one("redshift", "Redshift", "AmazonRedshiftServiceLinkedRolePolicy"),
    one("replication.dynamodb", "DynamoDBReplication", "DynamoDBReplicationServiceRolePolicy"),
    one("replication.ecr", "ECRReplication", "ECRReplicationServiceRolePolicy"),
    one("replicator.lambda", "LambdaReplicator", "AWSLambdaReplicator"),
    one(
        "sagemaker.application-autoscaling",
        "ApplicationAutoScaling_SageMakerEndpoint",
        "AWSApplicationAutoscalingSageMakerEndpointPolicy",
    ),
    one("securityhub", "SecurityHub", "AWSSecurityHubServiceRolePolicy"),
    one("servicequotas", "ServiceQuotas", "ServiceQuotasServiceRolePolicy"),
    one("shield", "AWSShield", "AWSShieldServiceRolePolicy"),
    one("spot", "EC2Spot", "AWSEC2SpotServiceRolePolicy"),
    one("spotfleet", "EC2SpotFleet", "AWSEC2SpotFleetServiceRolePolicy"),
    one("ssm", "AmazonSSM", "AmazonSSMServiceRolePolicy"),
    one("sso", "SSO", "AWSSSOServiceRolePolicy"),
    one(
        "stacksets.cloudformation",
        "CloudFormationStackSetsOrgAdmin",
        "CloudFormationStackSetsOrgAdminServiceRolePolicy",
    ),
    one("support", "Support", "AWSSupportServiceRolePolicy"),
    one("transitgateway", "VPCTransitGateway", "AWSVPCTransitGatewayServiceRolePolicy"),
    one("trustedadvisor", "TrustedAdvisor", "AWSTrustedAdvisorServiceRolePolicy"),
    one("wafv2", "WAFV2Logging", "WAFV2LoggingServiceRolePolicy"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::managed;

    #[test]
    fn every_role_has_a_policy_that_aws_has() {
        for linked in LINKED {
            let arn = format!("arn:aws:iam::aws:policy/aws-service-role/{}", linked.policy);
            assert!(managed::find(service::Partition::Standard, &arn).unwrap().is_some(), "{arn}");
        }
        assert_eq!(find("ecs.amazonaws.com").map(|linked| linked.role), Some("ECS"));
        assert_eq!(find("ecs"), None);
        assert_eq!(find("nothing.amazonaws.com"), None);
    }
}
