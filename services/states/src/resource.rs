//! Who does a task: what its `Resource` names.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html>

use service::ArnParts;

/// Who does a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// The ARN.
    pub arn: String,
    /// What it names.
    pub target: Target,
    /// How the state waits.
    pub pattern: Pattern,
}

/// What a resource names.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// A function, by its own ARN.
    Function,
    /// An activity, by its own ARN.
    Activity,
    /// An integration that AWS made for one operation.
    Optimised(&'static Optimised),
    /// Any operation of a service.
    Sdk {
        /// The service, by prefix.
        service: String,
        /// The SDK's name of the service.
        sdk_name: String,
        /// The operation, by the model's name but for the case of its first letter.
        action: String,
    },
}

/// How a state waits for its task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// For the answer.
    Request,
    /// For somebody who sends the token back.
    Token,
    /// For the end of what was started, whose output is a text.
    Sync,
    /// The same, and its output is JSON.
    Sync2,
}

impl Pattern {
    /// As it stands in the ARN.
    pub fn suffix(self) -> &'static str {
        match self {
            Pattern::Request => "",
            Pattern::Token => ".waitForTaskToken",
            Pattern::Sync => ".sync",
            Pattern::Sync2 => ".sync:2",
        }
    }
}

/// An integration that AWS made for one operation.
#[derive(Debug, PartialEq)]
pub struct Optimised {
    /// The service in the ARN.
    pub service: &'static str,
    /// The action in the ARN.
    pub action: &'static str,
    /// The service, by prefix.
    pub prefix: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// What its errors' names begin with.
    pub errors: &'static str,
    /// The name of an error that the service does not list.
    pub unlisted: &'static str,
    /// What its errors' causes call the service.
    pub called: &'static str,
    /// How a state can wait for it.
    pub patterns: &'static [Pattern],
}

const REQUEST: &[Pattern] = &[Pattern::Request];
const TOKEN: &[Pattern] = &[Pattern::Request, Pattern::Token];

const fn dynamodb(action: &'static str, operation: &'static str) -> Optimised {
    Optimised {
        service: "dynamodb",
        action,
        prefix: "dynamodb",
        operation,
        errors: "DynamoDB",
        unlisted: "AmazonDynamoDBException",
        called: "AmazonDynamoDBv2",
        patterns: REQUEST,
    }
}

static OPTIMISED: [Optimised; 9] = [
    Optimised {
        service: "lambda",
        action: "invoke",
        prefix: "lambda",
        operation: "Invoke",
        errors: "Lambda",
        unlisted: "AWSLambdaException",
        called: "AWSLambda",
        patterns: TOKEN,
    },
    Optimised {
        service: "sqs",
        action: "sendMessage",
        prefix: "sqs",
        operation: "SendMessage",
        errors: "SQS",
        unlisted: "AmazonSQSException",
        called: "AmazonSQS",
        patterns: TOKEN,
    },
    Optimised {
        service: "sns",
        action: "publish",
        prefix: "sns",
        operation: "Publish",
        errors: "SNS",
        unlisted: "AmazonSNSException",
        called: "AmazonSNS",
        patterns: TOKEN,
    },
    Optimised {
        service: "events",
        action: "putEvents",
        prefix: "events",
        operation: "PutEvents",
        errors: "EventBridge",
        unlisted: "AmazonEventBridgeException",
        called: "AmazonEventBridge",
        patterns: TOKEN,
    },
    Optimised {
        service: "states",
        action: "startExecution",
        prefix: "states",
        operation: "StartExecution",
        errors: "StepFunctions",
        unlisted: "AWSStepFunctionsException",
        called: "AWSStepFunctions",
        patterns: &[Pattern::Request, Pattern::Token, Pattern::Sync, Pattern::Sync2],
    },
    dynamodb("getItem", "GetItem"),
    dynamodb("putItem", "PutItem"),
    dynamodb("updateItem", "UpdateItem"),
    dynamodb("deleteItem", "DeleteItem"),
];

/// Services with optimised integrations on AWS that are not built here.
/// <https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html>
const NOT_BUILT: [&str; 14] = [
    "apigateway",
    "athena",
    "batch",
    "bedrock",
    "codebuild",
    "databrew",
    "ecs",
    "eks",
    "elasticmapreduce",
    "emr-containers",
    "emr-serverless",
    "glue",
    "http",
    "mediaconvert",
];

/// What the SDK calls services whose prefix is another.
/// <https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html>
const SDK_NAMES: [(&str, &str); 22] = [
    ("sfn", "states"),
    ("eventbridge", "events"),
    ("cloudwatch", "monitoring"),
    ("cloudwatchlogs", "logs"),
    ("cognitoidentityprovider", "cognito-idp"),
    ("cognitoidentity", "cognito-identity"),
    ("applicationautoscaling", "application-autoscaling"),
    ("costexplorer", "ce"),
    ("costandusagereport", "cur"),
    ("elasticloadbalancing", "elb"),
    ("elasticloadbalancingv2", "elbv2"),
    ("resourcegroups", "resource-groups"),
    ("redshiftdata", "redshift-data"),
    ("redshiftserverless", "redshift-serverless"),
    ("rdsdata", "rds-data"),
    ("servicequotas", "service-quotas"),
    ("networkfirewall", "network-firewall"),
    ("ssoadmin", "sso-admin"),
    ("acmpca", "acm-pca"),
    ("codestarconnections", "codestar-connections"),
    ("eksauth", "eks-auth"),
    ("bedrockruntime", "bedrock-runtime"),
];

/// Why a resource is not taken.
#[derive(Debug, Clone, PartialEq)]
pub enum Unknown {
    /// It is wrong.
    Wrong(String),
    /// It is one of AWS's that is not built.
    NotBuilt(String),
}

impl Resource {
    /// What an ARN names.
    pub fn read(arn: &str) -> Result<Resource, Unknown> {
        let wrong = || Unknown::Wrong("Value is not a valid resource ARN".to_owned());
        let parts = ArnParts::parse(arn).map_err(|_| wrong())?;
        let own = |target| Ok(Resource { arn: arn.to_owned(), target, pattern: Pattern::Request });
        match parts.service {
            "lambda" if parts.resource.starts_with("function:") => own(Target::Function),
            "states" if parts.resource.starts_with("activity:") => own(Target::Activity),
            "states" if parts.account.is_empty() => integration(arn, parts.resource),
            _ => Err(unrecognised(arn)),
        }
    }

    /// `resourceType` and `resource` of history events.
    pub fn shown(&self) -> (String, String) {
        let suffix = self.pattern.suffix();
        match &self.target {
            Target::Function => ("lambda".to_owned(), "invoke".to_owned()),
            Target::Activity => ("activity".to_owned(), self.arn.clone()),
            Target::Optimised(one) => (one.service.to_owned(), format!("{}{suffix}", one.action)),
            Target::Sdk { sdk_name, action, .. } => (format!("aws-sdk:{sdk_name}"), format!("{action}{suffix}")),
        }
    }
}

fn unrecognised(arn: &str) -> Unknown {
    Unknown::Wrong(format!(
        "The resource provided {arn} is not recognized. The value is not a valid resource ARN, or the resource is not \
         available in this region."
    ))
}

fn integration(arn: &str, resource: &str) -> Result<Resource, Unknown> {
    let patterns = [Pattern::Token, Pattern::Sync2, Pattern::Sync];
    let pattern = patterns.into_iter().find(|pattern| resource.ends_with(pattern.suffix()));
    let pattern = pattern.unwrap_or(Pattern::Request);
    let bare = resource.strip_suffix(pattern.suffix()).unwrap_or(resource);
    let taken = |target| Ok(Resource { arn: arn.to_owned(), target, pattern });
    if let Some(sdk) = bare.strip_prefix("aws-sdk:") {
        let (sdk_name, action) = sdk.split_once(':').ok_or_else(|| unrecognised(arn))?;
        let service = SDK_NAMES.iter().find(|(name, _)| *name == sdk_name).map_or(sdk_name, |(_, prefix)| *prefix);
        let well_formed = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if !well_formed(sdk_name) || !well_formed(action) || matches!(pattern, Pattern::Sync | Pattern::Sync2) {
            return Err(unrecognised(arn));
        }
        let (service, sdk_name, action) = (service.to_owned(), sdk_name.to_owned(), action.to_owned());
        return taken(Target::Sdk { service, sdk_name, action });
    }
    let (service, action) = bare.split_once(':').ok_or_else(|| unrecognised(arn))?;
    match OPTIMISED.iter().find(|one| one.service == service && one.action == action) {
        Some(one) if one.patterns.contains(&pattern) => taken(Target::Optimised(one)),
        Some(_) => Err(unrecognised(arn)),
        None if NOT_BUILT.contains(&service) => Err(Unknown::NotBuilt(format!("the integration {arn}"))),
        None => Err(unrecognised(arn)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_read() {
        let read = |arn: &str| Resource::read(arn).map(|resource| resource.shown());
        let shown = |a: &str, b: &str| Ok((a.to_owned(), b.to_owned()));
        assert_eq!(read("arn:aws:states:::lambda:invoke"), shown("lambda", "invoke"));
        assert_eq!(
            read("arn:aws:states:::sqs:sendMessage.waitForTaskToken"),
            shown("sqs", "sendMessage.waitForTaskToken")
        );
        assert_eq!(read("arn:aws:states:::states:startExecution.sync:2"), shown("states", "startExecution.sync:2"));
        assert_eq!(read("arn:aws:states:::aws-sdk:sfn:listStateMachines"), shown("aws-sdk:sfn", "listStateMachines"));
        assert_eq!(read("arn:aws:lambda:us-east-1:000000000000:function:f"), shown("lambda", "invoke"));
        assert!(matches!(read("arn:aws:states:::ecs:runTask.sync"), Err(Unknown::NotBuilt(_))));
        for wrong in ["f", "arn:aws:states:::lambda:no", "arn:aws:states:::sns:publish.sync", "arn:aws:s3:::bucket"] {
            assert!(matches!(read(wrong), Err(Unknown::Wrong(_))), "{wrong}");
        }
    }
}
