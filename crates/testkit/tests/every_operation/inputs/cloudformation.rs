//! CloudFormation.

use super::{Line, Listing};

/// Stack `one` has a topic and exports its ARN.
pub static COMMON: &[&str] = &[r#"CreateStack {"StackName": "one", "TemplateBody":
    "{\"Resources\":{\"Topic\":{\"Type\":\"AWS::SNS::Topic\"}},\"Outputs\":{\"Arn\":{\"Value\":{\"Ref\":\"Topic\"},\"Export\":{\"Name\":\"topic\"}}}}"}"#];

const TEMPLATE: &str = r#"{"TemplateBody": "{\"Resources\":{\"Topic\":{\"Type\":\"AWS::SNS::Topic\"}}}"}"#;
const OTHER: &str = r#"{"StackName": "one", "TemplateBody":
    "{\"Resources\":{\"Topic\":{\"Type\":\"AWS::SNS::Topic\",\"Properties\":{\"DisplayName\":\"new\"}}}}"}"#;
const SET: &str = r#"CreateChangeSet {"StackName": "one", "ChangeSetName": "set", "TemplateBody":
    "{\"Resources\":{\"Topic\":{\"Type\":\"AWS::SNS::Topic\",\"Properties\":{\"DisplayName\":\"new\"}}}}"}"#;
const DRIFT: &str = r#"DetectStackDrift {"StackName": "one"}"#;
const OF_SET: &str = r#"{"StackName": "one", "ChangeSetName": "set"}"#;
const IMPORTER: &str = r#"CreateStack {"StackName": "importer{n}", "TemplateBody":
    "{\"Resources\":{\"Topic\":{\"Type\":\"AWS::SNS::Topic\",\"Properties\":{\"DisplayName\":{\"Fn::ImportValue\":\"topic\"}}}}}"}"#;

pub static LINES: &[Line] = &[
    ("cloudformation.CreateChangeSet", &[], OTHER),
    (
        "cloudformation.CreateStack",
        &[],
        r#"{"StackName": "two", "TemplateBody": "{\"Resources\":{\"Topic\":{\"Type\":\"AWS::SNS::Topic\"}}}"}"#,
    ),
    ("cloudformation.DeleteChangeSet", &[SET], OF_SET),
    ("cloudformation.DescribeChangeSet", &[SET], OF_SET),
    ("cloudformation.DescribeStackDriftDetectionStatus", &[DRIFT], "{}"),
    ("cloudformation.DescribeStackResourceDrifts", &[DRIFT], r#"{"StackName": "one"}"#),
    ("cloudformation.DetectStackDrift", &[], r#"{"StackName": "one"}"#),
    ("cloudformation.DetectStackResourceDrift", &[], r#"{"StackName": "one", "LogicalResourceId": "Topic"}"#),
    ("cloudformation.DescribeStackResource", &[], r#"{"StackName": "one", "LogicalResourceId": "Topic"}"#),
    ("cloudformation.DescribeStackResources", &[], r#"{"StackName": "one"}"#),
    ("cloudformation.ExecuteChangeSet", &[SET], OF_SET),
    ("cloudformation.GetTemplate", &[], r#"{"StackName": "one"}"#),
    ("cloudformation.GetTemplateSummary", &[], TEMPLATE),
    ("cloudformation.ListImports", &[IMPORTER], r#"{"ExportName": "topic"}"#),
    ("cloudformation.SetStackPolicy", &[], r#"{"StackName": "one", "StackPolicyBody": "{\"Statement\":[]}"}"#),
    ("cloudformation.UpdateStack", &[], OTHER),
    ("cloudformation.UpdateTerminationProtection", &[], r#"{"StackName": "one", "EnableTerminationProtection": true}"#),
    ("cloudformation.ValidateTemplate", &[], TEMPLATE),
];

const MORE: &str = r#"CreateStack {"StackName": "more{n}", "TemplateBody":
    "{\"Resources\":{\"A\":{\"Type\":\"AWS::SNS::Topic\"},\"B\":{\"Type\":\"AWS::SNS::Topic\"}},\"Outputs\":{\"A\":{\"Value\":\"a\",\"Export\":{\"Name\":\"export{n}\"}}}}"}"#;
const OF_MORE: &str = r#"{"StackName": "more1"}"#;
const DRIFTS: &str = r#"DetectStackDrift {"StackName": "more1"}"#;
const SETS: &str = r#"CreateChangeSet {"StackName": "one", "ChangeSetName": "set{n}", "TemplateBody":
    "{\"Resources\":{\"A\":{\"Type\":\"AWS::SNS::Topic\"},\"B\":{\"Type\":\"AWS::SNS::Topic\"}}}"}"#;

pub static LISTINGS: &[Listing] = &[
    ("cloudformation.DescribeChangeSet", 1, &[SETS], r#"{"StackName": "one", "ChangeSetName": "set1"}"#),
    ("cloudformation.DescribeStackEvents", 1, &[MORE], OF_MORE),
    ("cloudformation.DescribeStackResourceDrifts", 1, &[MORE, DRIFTS], OF_MORE),
    ("cloudformation.DescribeStacks", 2, &[MORE], "{}"),
    ("cloudformation.ListChangeSets", 2, &[SETS], r#"{"StackName": "one"}"#),
    ("cloudformation.ListExports", 2, &[MORE], "{}"),
    ("cloudformation.ListImports", 2, &[IMPORTER], r#"{"ExportName": "topic"}"#),
    ("cloudformation.ListStackResources", 1, &[MORE], OF_MORE),
    ("cloudformation.ListStacks", 2, &[MORE], "{}"),
];
