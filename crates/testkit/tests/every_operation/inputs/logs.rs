//! CloudWatch Logs.

use super::{Line, Listing};

pub static COMMON: &[&str] = &[
    r#"CreateLogGroup {"logGroupName": "one"}"#,
    r#"CreateLogStream {"logGroupName": "one", "logStreamName": "one"}"#,
    r#"PutMetricFilter {"logGroupName": "one", "filterName": "one", "filterPattern": "ERROR",
        "metricTransformations": [{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}]}"#,
    r#"PutResourcePolicy {"policyName": "one", "policyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"events.amazonaws.com\"},\"Action\":\"logs:PutLogEvents\",\"Resource\":\"*\"}]}"}"#,
];

const GROUP: &str = r#"{"logGroupName": "one"}"#;
const STREAM: &str = r#"{"logGroupName": "one", "logStreamName": "one"}"#;
const ARN: &str = r#"{"resourceArn": "arn:aws:logs:us-east-1:{Account}:log-group:one"}"#;
const KEY: &str = r#"kms.CreateKey {"Policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::{Account}:root\"},\"Action\":\"kms:*\",\"Resource\":\"*\"},{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"logs.us-east-1.amazonaws.com\"},\"Action\":\"kms:GenerateDataKey*\",\"Resource\":\"*\"}]}"}"#;

const WORKER: &str = r#"iam.CreateRole {"RoleName": "worker", "AssumeRolePolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"lambda.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}"}"#;
const FUNCTION: &str = r#"lambda.CreateFunction {"FunctionName": "one", "Runtime": "provided.al2023", "Handler": "echo",
    "Role": "arn:aws:iam::{Account}:role/worker", "Code": {"ZipFile": "UEsDBBQAAAAAAAAAIQBDvrfoAQAAAAEAAAAJAAAAYm9vdHN0cmFwYVBLAQIUAxQAAAAAAAAAIQBDvrfoAQAAAAEAAAAJAAAAAAAAAAAAAADtAQAAAABib290c3RyYXBQSwUGAAAAAAEAAQA3AAAAKAAAAAAA"}}"#;
const PERMIT: &str = r#"lambda.AddPermission {"FunctionName": "one", "StatementId": "logs", "Action": "lambda:InvokeFunction", "Principal": "logs.amazonaws.com"}"#;
const SUBSCRIPTION: &str = r#"{"logGroupName": "one", "filterName": "one", "filterPattern": "ERROR",
    "destinationArn": "arn:aws:lambda:us-east-1:{Account}:function:one"}"#;
const SUBSCRIBE: &str = r#"PutSubscriptionFilter {"logGroupName": "one", "filterName": "one", "filterPattern": "ERROR",
    "destinationArn": "arn:aws:lambda:us-east-1:{Account}:function:one"}"#;
/// A group has two at most.
const MORE: &str = r#"PutSubscriptionFilter {"logGroupName": "one", "filterName": "s{n}", "filterPattern": "ERROR",
    "destinationArn": "arn:aws:lambda:us-east-1:{Account}:function:one"}"#;

pub static LINES: &[Line] = &[
    (
        "logs.AssociateKmsKey",
        &[KEY],
        r#"{"logGroupName": "one", "kmsKeyId": "arn:aws:kms:us-east-1:{Account}:key/{KeyId}"}"#,
    ),
    ("logs.CreateLogGroup", &[], r#"{"logGroupName": "two", "tags": {"team": "a"}}"#),
    ("logs.CreateLogStream", &[], r#"{"logGroupName": "one", "logStreamName": "two"}"#),
    ("logs.DeleteLogGroup", &[], GROUP),
    ("logs.DeleteLogStream", &[], STREAM),
    ("logs.DeleteMetricFilter", &[], r#"{"logGroupName": "one", "filterName": "one"}"#),
    ("logs.DeleteResourcePolicy", &[], r#"{"policyName": "one"}"#),
    ("logs.DeleteRetentionPolicy", &[], GROUP),
    ("logs.DescribeLogStreams", &[], GROUP),
    ("logs.DescribeMetricFilters", &[], GROUP),
    ("logs.DescribeSubscriptionFilters", &[WORKER, FUNCTION, PERMIT], GROUP),
    ("logs.DisassociateKmsKey", &[], GROUP),
    ("logs.FilterLogEvents", &[], GROUP),
    ("logs.GetLogEvents", &[], STREAM),
    ("logs.ListTagsForResource", &[], ARN),
    ("logs.ListTagsLogGroup", &[], GROUP),
    (
        "logs.PutLogEvents",
        &[],
        r#"{"logGroupName": "one", "logStreamName": "one", "logEvents": [{"timestamp": 1767225600000, "message": "m"}]}"#,
    ),
    ("logs.PutLogGroupDeletionProtection", &[], r#"{"logGroupIdentifier": "one", "deletionProtectionEnabled": true}"#),
    (
        "logs.PutMetricFilter",
        &[],
        r#"{"logGroupName": "one", "filterName": "two", "filterPattern": "ERROR",
            "metricTransformations": [{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}]}"#,
    ),
    (
        "logs.PutResourcePolicy",
        &[],
        r#"{"policyName": "two", "policyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"events.amazonaws.com\"},\"Action\":\"logs:PutLogEvents\",\"Resource\":\"*\"}]}"}"#,
    ),
    ("logs.PutRetentionPolicy", &[], r#"{"logGroupName": "one", "retentionInDays": 7}"#),
    ("logs.PutSubscriptionFilter", &[WORKER, FUNCTION, PERMIT], SUBSCRIPTION),
    (
        "logs.DeleteSubscriptionFilter",
        &[WORKER, FUNCTION, PERMIT, SUBSCRIBE],
        r#"{"logGroupName": "one", "filterName": "one"}"#,
    ),
    ("logs.TagLogGroup", &[], r#"{"logGroupName": "one", "tags": {"team": "a"}}"#),
    (
        "logs.TagResource",
        &[],
        r#"{"resourceArn": "arn:aws:logs:us-east-1:{Account}:log-group:one", "tags": {"team": "a"}}"#,
    ),
    ("logs.TestMetricFilter", &[], r#"{"filterPattern": "a", "logEventMessages": ["a"]}"#),
    ("logs.UntagLogGroup", &[], r#"{"logGroupName": "one", "tags": ["team"]}"#),
    (
        "logs.UntagResource",
        &[],
        r#"{"resourceArn": "arn:aws:logs:us-east-1:{Account}:log-group:one", "tagKeys": ["team"]}"#,
    ),
];

const TAG: &str =
    r#"TagResource {"resourceArn": "arn:aws:logs:us-east-1:{Account}:log-group:one", "tags": {"k{n}": "a"}}"#;

pub static LISTINGS: &[Listing] = &[
    ("logs.DescribeSubscriptionFilters", 2, &[MORE], GROUP),
    ("logs.DescribeLogGroups", 3, &[r#"CreateLogGroup {"logGroupName": "more{n}"}"#], "{}"),
    (
        "logs.DescribeLogStreams",
        3,
        &[r#"CreateLogStream {"logGroupName": "one", "logStreamName": "more{n}"}"#],
        r#"{"logGroupName": "one"}"#,
    ),
    (
        "logs.DescribeMetricFilters",
        3,
        &[r#"PutMetricFilter {"logGroupName": "one", "filterName": "more{n}", "filterPattern": "ERROR",
            "metricTransformations": [{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}]}"#],
        "{}",
    ),
    (
        "logs.DescribeResourcePolicies",
        3,
        &[
            r#"PutResourcePolicy {"policyName": "more{n}", "policyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"events.amazonaws.com\"},\"Action\":\"logs:PutLogEvents\",\"Resource\":\"*\"}]}"}"#,
        ],
        "{}",
    ),
    (
        "logs.FilterLogEvents",
        3,
        &[
            r#"PutLogEvents {"logGroupName": "one", "logStreamName": "one", "logEvents": [{"timestamp": 1767225600000, "message": "m{n}"}]}"#,
        ],
        r#"{"logGroupName": "one"}"#,
    ),
    ("logs.ListTagsForResource", 3, &[TAG], r#"{"resourceArn": "arn:aws:logs:us-east-1:111111111111:log-group:one"}"#),
    ("logs.ListTagsLogGroup", 3, &[TAG], r#"{"logGroupName": "one"}"#),
    ("logs.ListLogGroups", 3, &[r#"CreateLogGroup {"logGroupName": "more{n}"}"#], "{}"),
];
