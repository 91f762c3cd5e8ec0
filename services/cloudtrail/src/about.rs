//! How LookupEvents calls the resources of an event.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Resource.html>

use service::ArnParts;

/// A resource of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct About<'a> {
    /// Its type, as CloudFormation names it; `None` where that is not known.
    pub kind: Option<&'static str>,
    /// Its name; the ARN where there is none shorter.
    pub name: &'a str,
}

/// Services of ARNs, what their resources begin with, and the types of these. The name is what follows.
const KINDS: [(&str, &str, &str); 30] = [
    ("apigateway", "/restapis/", "AWS::ApiGateway::RestApi"),
    ("cloudformation", "stack/", "AWS::CloudFormation::Stack"),
    ("cloudtrail", "trail/", "AWS::CloudTrail::Trail"),
    ("cloudwatch", "alarm:", "AWS::CloudWatch::Alarm"),
    ("cloudwatch", "dashboard/", "AWS::CloudWatch::Dashboard"),
    ("cognito-idp", "userpool/", "AWS::Cognito::UserPool"),
    ("dynamodb", "table/", "AWS::DynamoDB::Table"),
    ("events", "event-bus/", "AWS::Events::EventBus"),
    ("events", "rule/", "AWS::Events::Rule"),
    ("iam", "group/", "AWS::IAM::Group"),
    ("iam", "instance-profile/", "AWS::IAM::InstanceProfile"),
    ("iam", "oidc-provider/", "AWS::IAM::OIDCProvider"),
    ("iam", "policy/", "AWS::IAM::Policy"),
    ("iam", "role/", "AWS::IAM::Role"),
    ("iam", "saml-provider/", "AWS::IAM::SAMLProvider"),
    ("iam", "server-certificate/", "AWS::IAM::ServerCertificate"),
    ("iam", "user/", "AWS::IAM::User"),
    ("kms", "alias/", "AWS::KMS::Alias"),
    ("kms", "key/", "AWS::KMS::Key"),
    ("lambda", "event-source-mapping:", "AWS::Lambda::EventSourceMapping"),
    ("lambda", "function:", "AWS::Lambda::Function"),
    ("lambda", "layer:", "AWS::Lambda::LayerVersion"),
    ("logs", "log-group:", "AWS::Logs::LogGroup"),
    ("s3", "", "AWS::S3::Bucket"),
    ("secretsmanager", "secret:", "AWS::SecretsManager::Secret"),
    ("sns", "", "AWS::SNS::Topic"),
    ("sqs", "", "AWS::SQS::Queue"),
    ("ssm", "parameter/", "AWS::SSM::Parameter"),
    ("states", "execution:", "AWS::StepFunctions::Execution"),
    ("states", "stateMachine:", "AWS::StepFunctions::StateMachine"),
];

/// What an ARN names; `None` for what is no one resource, such as `*`.
pub fn of(arn: &str) -> Option<About<'_>> {
    let parts = ArnParts::parse(arn).ok()?;
    let known = KINDS.iter().find(|(service, lead, _)| *service == parts.service && parts.resource.starts_with(lead));
    let Some((service, lead, kind)) = known else { return Some(About { kind: None, name: arn }) };
    let name = parts.resource.strip_prefix(lead).unwrap_or_default();
    Some(match *service {
        "s3" if name.contains('/') => About { kind: Some("AWS::S3::Object"), name: arn },
        "logs" => About { kind: Some(kind), name: name.split_once(":log-stream:").map_or(name, |(group, _)| group) },
        // A function's name without its version, a stack's without its id, a user's without his path.
        "lambda" => About { kind: Some(kind), name: name.split(':').next().unwrap_or(name) },
        "cloudformation" => About { kind: Some(kind), name: name.split('/').next().unwrap_or(name) },
        "iam" if *lead != "oidc-provider/" => About { kind: Some(kind), name: name.rsplit('/').next().unwrap_or(name) },
        "dynamodb" | "apigateway" => About { kind: Some(kind), name: name.split('/').next().unwrap_or(name) },
        // AWS names keys and secrets by their ARNs.
        "kms" | "secretsmanager" => About { kind: Some(kind), name: arn },
        _ => About { kind: Some(kind), name },
    })
}

/// Whether a resource goes by a name: its own, or its ARN.
pub fn is_called(arn: &str, name: &str) -> bool {
    arn == name || of(arn).is_some_and(|about| about.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_types() {
        for (arn, kind, name) in [
            ("arn:aws:s3:::lake", Some("AWS::S3::Bucket"), "lake"),
            ("arn:aws:s3:::lake/a/b", Some("AWS::S3::Object"), "arn:aws:s3:::lake/a/b"),
            ("arn:aws:iam::1:role/ops/Deploy", Some("AWS::IAM::Role"), "Deploy"),
            ("arn:aws:lambda:r:1:function:f:live", Some("AWS::Lambda::Function"), "f"),
            ("arn:aws:logs:r:1:log-group:/a:log-stream:x", Some("AWS::Logs::LogGroup"), "/a"),
            ("arn:aws:dynamodb:r:1:table/t/index/i", Some("AWS::DynamoDB::Table"), "t"),
            ("arn:aws:kms:r:1:key/k", Some("AWS::KMS::Key"), "arn:aws:kms:r:1:key/k"),
            ("arn:aws:new:r:1:thing/t", None, "arn:aws:new:r:1:thing/t"),
        ] {
            assert_eq!(of(arn), Some(About { kind, name }), "{arn}");
        }
        assert_eq!(of("*"), None);
        assert!(is_called("arn:aws:sqs:r:1:q", "q") && is_called("arn:aws:sqs:r:1:q", "arn:aws:sqs:r:1:q"));
    }
}
