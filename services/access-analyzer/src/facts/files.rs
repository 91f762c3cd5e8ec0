//! The files of models/iam/actions, by IAM prefix.

macro_rules! files {
    ($($prefix:literal)*) => {
        /// All of them with their texts, in the order of their prefixes.
        pub static FILES: &[(&str, &str)] = &[
            $(($prefix, include_str!(concat!("../../../../models/iam/actions/", $prefix, ".json")))),*
        ];
    };
}

files! {
    "access-analyzer" "account" "acm" "acm-pca" "amplify" "apigateway" "application-autoscaling" "appmesh" "apprunner"
    "appsync" "aps" "arc-zonal-shift" "artifact" "athena" "auditmanager" "autoscaling" "aws-portal" "backup"
    "backup-storage" "bcm-data-exports" "bedrock" "billing" "budgets" "ce" "cloudformation" "cloudfront"
    "cloudfront-keyvaluestore" "cloudshell" "cloudtrail" "cloudtrail-data" "cloudwatch" "codebuild" "codecommit"
    "codeconnections" "codedeploy" "codepipeline" "codestar-connections" "cognito-identity" "cognito-idp" "comprehend"
    "config" "consolidatedbilling" "controltower" "cur" "dax" "directconnect" "dlm" "dynamodb" "ebs" "ec2"
    "ec2-instance-connect" "ec2messages" "ecr" "ecr-public" "ecs" "eks" "eks-auth" "elasticache" "elasticfilesystem"
    "elasticloadbalancing" "es" "events" "execute-api" "firehose" "fis" "fms" "freetier" "globalaccelerator" "glue"
    "grafana" "guardduty" "health" "iam" "identity-sync" "identitystore" "identitystore-auth" "inspector2"
    "inspector2-telemetry" "kinesis" "kms" "lakeformation" "lambda" "logs" "macie2" "memorydb" "neptune-db"
    "network-firewall" "oam" "organizations" "payments" "pi" "pipes" "pricing" "quicksight" "ram" "rds" "rds-data"
    "rds-db" "redshift" "redshift-data" "redshift-serverless" "rekognition" "resource-groups" "route53"
    "route53-recovery-cluster" "route53-recovery-control-config" "route53-recovery-readiness" "route53resolver" "s3"
    "s3-object-lambda" "s3express" "sagemaker" "savingsplans" "scheduler" "secretsmanager" "securityhub"
    "securitylake" "servicediscovery" "servicequotas" "ses" "shield" "signer" "sns" "sqs" "ssm" "ssmmessages" "sso"
    "sso-directory" "sso-oauth" "states" "sts" "support" "supportplans" "synthetics" "tag" "user-subscriptions"
    "vpc-lattice-svcs" "vpce" "wafv2" "xray"
}
