//! Lambda.

use super::{Line, Listing};

pub static COMMON: &[&str] = &[
    r#"iam.CreateRole {"RoleName": "worker", "AssumeRolePolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"lambda.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}"}"#,
    r#"iam.PutRolePolicy {"RoleName": "worker", "PolicyName": "p", "PolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"}"#,
    r#"sqs.CreateQueue {"QueueName": "one"}"#,
    r#"CreateFunction {"FunctionName": "one", "Runtime": "provided.al2023", "Handler": "echo",
        "Role": "arn:aws:iam::{Account}:role/worker", "Code": {"ZipFile": "UEsDBBQAAAAAAAAAIQBDvrfoAQAAAAEAAAAJAAAAYm9vdHN0cmFwYVBLAQIUAxQAAAAAAAAAIQBDvrfoAQAAAAEAAAAJAAAAAAAAAAAAAADtAQAAAABib290c3RyYXBQSwUGAAAAAAEAAQA3AAAAKAAAAAAA"}}"#,
];

const PUBLISH: &str = r#"PublishVersion {"FunctionName": "one"}"#;
const ALIAS: &str = r#"CreateAlias {"FunctionName": "one", "Name": "live", "FunctionVersion": "$LATEST"}"#;
const PERMIT: &str = r#"AddPermission {"FunctionName": "one", "StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "333333333333"}"#;
const RESERVE: &str = r#"PutFunctionConcurrency {"FunctionName": "one", "ReservedConcurrentExecutions": 5}"#;
const CONFIGURE: &str = r#"PutFunctionEventInvokeConfig {"FunctionName": "one", "MaximumRetryAttempts": 1}"#;
/// A mapping that waits for nothing.
const MAP: &str = r#"CreateEventSourceMapping {"FunctionName": "one", "EventSourceArn": "arn:aws:sqs:us-east-1:{Account}:one", "Enabled": false}"#;
const RESOURCE: &str = r#"{"Resource": "arn:aws:lambda:us-east-1:{Account}:function:one"}"#;
const MORE: &str = r#"CreateFunction {"FunctionName": "more{n}", "Runtime": "provided.al2023", "Handler": "echo",
    "Role": "arn:aws:iam::{Account}:role/worker", "Code": {"ZipFile": "UEsDBBQAAAAAAAAAIQBDvrfoAQAAAAEAAAAJAAAAYm9vdHN0cmFwYVBLAQIUAxQAAAAAAAAAIQBDvrfoAQAAAAEAAAAJAAAAAAAAAAAAAADtAQAAAABib290c3RyYXBQSwUGAAAAAAEAAQA3AAAAKAAAAAAA"}}"#;
const MORE_ALIASES: &str = r#"CreateAlias {"FunctionName": "one", "Name": "a{n}", "FunctionVersion": "$LATEST"}"#;
const MORE_QUEUES: &str = r#"sqs.CreateQueue {"QueueName": "q{n}"}"#;
const MORE_MAPPINGS: &str = r#"CreateEventSourceMapping {"FunctionName": "one", "EventSourceArn": "arn:aws:sqs:us-east-1:{Account}:q{n}", "Enabled": false}"#;
const MORE_CONFIGS: &str =
    r#"PutFunctionEventInvokeConfig {"FunctionName": "one", "Qualifier": "a{n}", "MaximumRetryAttempts": 1}"#;
const ONE: &str = r#"{"FunctionName": "one"}"#;

pub static LINES: &[Line] = &[
    (
        "lambda.AddPermission",
        &[],
        r#"{"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}"#,
    ),
    ("lambda.CreateAlias", &[], r#"{"Name": "live", "FunctionVersion": "$LATEST"}"#),
    (
        "lambda.CreateEventSourceMapping",
        &[],
        r#"{"EventSourceArn": "arn:aws:sqs:us-east-1:{Account}:one", "Enabled": false, "Tags": {"team": "a"}}"#,
    ),
    (
        "lambda.CreateFunction",
        &[],
        r#"{"FunctionName": "two", "Runtime": "provided.al2023", "Handler": "echo", "Role": "arn:aws:iam::{Account}:role/worker",
            "Code": {"ZipFile": "UEsDBBQAAAAAAAAAIQBDvrfoAQAAAAEAAAAJAAAAYm9vdHN0cmFwYVBLAQIUAxQAAAAAAAAAIQBDvrfoAQAAAAEAAAAJAAAAAAAAAAAAAADtAQAAAABib290c3RyYXBQSwUGAAAAAAEAAQA3AAAAKAAAAAAA"},
            "Environment": {"Variables": {"PASSWORD": "the value of a variable"}}, "Tags": {"team": "a"}}"#,
    ),
    ("lambda.DeleteAlias", &[ALIAS], r#"{"Name": "live"}"#),
    ("lambda.DeleteEventSourceMapping", &[MAP], r#"{"UUID": "{UUID}"}"#),
    ("lambda.DeleteFunctionConcurrency", &[RESERVE], "{}"),
    ("lambda.DeleteFunctionEventInvokeConfig", &[CONFIGURE], "{}"),
    ("lambda.GetAlias", &[ALIAS], r#"{"Name": "live"}"#),
    ("lambda.GetEventSourceMapping", &[MAP], r#"{"UUID": "{UUID}"}"#),
    ("lambda.GetFunctionConcurrency", &[RESERVE], "{}"),
    ("lambda.GetFunctionEventInvokeConfig", &[CONFIGURE], "{}"),
    ("lambda.GetPolicy", &[PERMIT], "{}"),
    ("lambda.Invoke", &[], r#"{"Payload": "eyJhIjogImFuIGV2ZW50IGZvciBhIGZ1bmN0aW9uIn0="}"#),
    ("lambda.ListTags", &[], RESOURCE),
    ("lambda.PublishVersion", &[], ONE),
    ("lambda.PutFunctionConcurrency", &[], r#"{"ReservedConcurrentExecutions": 5}"#),
    ("lambda.PutFunctionEventInvokeConfig", &[], r#"{"MaximumRetryAttempts": 1}"#),
    ("lambda.RemovePermission", &[PERMIT], r#"{"StatementId": "s"}"#),
    (
        "lambda.TagResource",
        &[],
        r#"{"Resource": "arn:aws:lambda:us-east-1:{Account}:function:one", "Tags": {"team": "a"}}"#,
    ),
    (
        "lambda.UntagResource",
        &[],
        r#"{"Resource": "arn:aws:lambda:us-east-1:{Account}:function:one", "TagKeys": ["team"]}"#,
    ),
    ("lambda.UpdateAlias", &[ALIAS], r#"{"Name": "live", "Description": "d"}"#),
    ("lambda.UpdateEventSourceMapping", &[MAP], r#"{"UUID": "{UUID}", "BatchSize": 5}"#),
    (
        "lambda.UpdateFunctionCode",
        &[],
        r#"{"ZipFile": "UEsDBBQAAAAAAAAAIQD5775xAQAAAAEAAAAJAAAAYm9vdHN0cmFwYlBLAQIUAxQAAAAAAAAAIQD5775xAQAAAAEAAAAJAAAAAAAAAAAAAADtAQAAAABib290c3RyYXBQSwUGAAAAAAEAAQA3AAAAKAAAAAAA"}"#,
    ),
    (
        "lambda.UpdateFunctionConfiguration",
        &[],
        r#"{"Role": "arn:aws:iam::{Account}:role/worker", "Timeout": 10, "Environment": {"Variables": {"PASSWORD": "the value of a variable"}}}"#,
    ),
    ("lambda.UpdateFunctionEventInvokeConfig", &[CONFIGURE], r#"{"MaximumRetryAttempts": 0}"#),
];

pub static LISTINGS: &[Listing] = &[
    ("lambda.ListAliases", 3, &[MORE_ALIASES], ONE),
    ("lambda.ListEventSourceMappings", 3, &[MORE_QUEUES, MORE_MAPPINGS], "{}"),
    ("lambda.ListFunctionEventInvokeConfigs", 3, &[MORE_ALIASES, MORE_CONFIGS], ONE),
    ("lambda.ListFunctions", 3, &[MORE], "{}"),
    (
        "lambda.ListTags",
        3,
        &[r#"TagResource {"Resource": "arn:aws:lambda:us-east-1:{Account}:function:one", "Tags": {"k{n}": "a"}}"#],
        RESOURCE,
    ),
    (
        "lambda.ListVersionsByFunction",
        2,
        &[r#"UpdateFunctionConfiguration {"FunctionName": "one", "Timeout": 1{n}}"#, PUBLISH],
        ONE,
    ),
];
