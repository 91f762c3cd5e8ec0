//! Step Functions.

use super::{Line, Listing};

pub static COMMON: &[&str] = &[
    r#"iam.CreateRole {"RoleName": "flow", "AssumeRolePolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"states.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}"}"#,
    r#"CreateStateMachine {"name": "one", "publish": true, "roleArn": "arn:aws:iam::{Account}:role/flow",
        "definition": "{\"StartAt\":\"W\",\"States\":{\"W\":{\"Type\":\"Wait\",\"Seconds\":9000,\"End\":true}}}"}"#,
    r#"CreateActivity {"name": "one"}"#,
    r#"StartExecution {"stateMachineArn": "arn:aws:states:us-east-1:{Account}:stateMachine:one", "name": "run"}"#,
    r#"CreateStateMachineAlias {"name": "live", "routingConfiguration":
        [{"stateMachineVersionArn": "arn:aws:states:us-east-1:{Account}:stateMachine:one:1", "weight": 100}]}"#,
];

const MACHINE: &str = r#"{"stateMachineArn": "arn:aws:states:us-east-1:{Account}:stateMachine:one"}"#;
const EXECUTION: &str = r#"{"executionArn": "arn:aws:states:us-east-1:{Account}:execution:one:run"}"#;
const ACTIVITY: &str = r#"{"activityArn": "arn:aws:states:us-east-1:{Account}:activity:one"}"#;
const ALIAS: &str = r#"{"stateMachineAliasArn": "arn:aws:states:us-east-1:{Account}:stateMachine:one:live"}"#;
const ROUTE: &str = r#"{"name": "next", "routingConfiguration":
    [{"stateMachineVersionArn": "arn:aws:states:us-east-1:{Account}:stateMachine:one:1", "weight": 100}]}"#;

/// An execution whose only task waits for a worker.
const WORK: &[&str] = &[
    r#"CreateStateMachine {"name": "work", "roleArn": "arn:aws:iam::{Account}:role/flow",
        "definition": "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Task\",\"Resource\":\"arn:aws:states:us-east-1:{Account}:activity:one\",\"End\":true}}}"}"#,
    r#"StartExecution {"stateMachineArn": "arn:aws:states:us-east-1:{Account}:stateMachine:work"}"#,
];
const TAKEN: &[&str] =
    &[WORK[0], WORK[1], r#"GetActivityTask {"activityArn": "arn:aws:states:us-east-1:{Account}:activity:one"}"#];

pub static LINES: &[Line] = &[
    ("states.CreateActivity", &[], r#"{"name": "two", "tags": [{"key": "team", "value": "a"}]}"#),
    (
        "states.CreateStateMachine",
        &[],
        r#"{"name": "two", "publish": true, "roleArn": "arn:aws:iam::{Account}:role/flow", "tags": [{"key": "team", "value": "a"}],
            "definition": "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Succeed\"}}}"}"#,
    ),
    ("states.CreateStateMachineAlias", &[], ROUTE),
    ("states.DeleteActivity", &[], ACTIVITY),
    ("states.DeleteStateMachine", &[], MACHINE),
    ("states.DeleteStateMachineAlias", &[], ALIAS),
    (
        "states.DeleteStateMachineVersion",
        &[
            r#"DeleteStateMachineAlias {"stateMachineAliasArn": "arn:aws:states:us-east-1:{Account}:stateMachine:one:live"}"#,
        ],
        r#"{"stateMachineVersionArn": "arn:aws:states:us-east-1:{Account}:stateMachine:one:1"}"#,
    ),
    ("states.DescribeActivity", &[], ACTIVITY),
    ("states.DescribeExecution", &[], EXECUTION),
    ("states.DescribeStateMachine", &[], MACHINE),
    ("states.DescribeStateMachineAlias", &[], ALIAS),
    ("states.DescribeStateMachineForExecution", &[], EXECUTION),
    ("states.GetActivityTask", WORK, ACTIVITY),
    ("states.GetExecutionHistory", &[], EXECUTION),
    ("states.ListExecutions", &[], MACHINE),
    ("states.ListStateMachineAliases", &[], MACHINE),
    ("states.ListStateMachineVersions", &[], MACHINE),
    ("states.ListTagsForResource", &[], r#"{"resourceArn": "arn:aws:states:us-east-1:{Account}:stateMachine:one"}"#),
    ("states.PublishStateMachineVersion", &[], MACHINE),
    ("states.SendTaskFailure", TAKEN, r#"{"taskToken": "{taskToken}", "error": "E", "cause": "c"}"#),
    ("states.SendTaskHeartbeat", TAKEN, r#"{"taskToken": "{taskToken}"}"#),
    ("states.SendTaskSuccess", TAKEN, r#"{"taskToken": "{taskToken}", "output": "{}"}"#),
    ("states.StartExecution", &[], MACHINE),
    ("states.StopExecution", &[], EXECUTION),
    (
        "states.TagResource",
        &[],
        r#"{"resourceArn": "arn:aws:states:us-east-1:{Account}:stateMachine:one", "tags": [{"key": "team", "value": "a"}]}"#,
    ),
    (
        "states.UntagResource",
        &[],
        r#"{"resourceArn": "arn:aws:states:us-east-1:{Account}:stateMachine:one", "tagKeys": ["team"]}"#,
    ),
    (
        "states.UpdateStateMachine",
        &[],
        r#"{"stateMachineArn": "arn:aws:states:us-east-1:{Account}:stateMachine:one", "publish": true,
            "roleArn": "arn:aws:iam::{Account}:role/flow"}"#,
    ),
    (
        "states.UpdateStateMachineAlias",
        &[],
        r#"{"stateMachineAliasArn": "arn:aws:states:us-east-1:{Account}:stateMachine:one:live", "description": "d"}"#,
    ),
    (
        "states.ValidateStateMachineDefinition",
        &[],
        r#"{"definition": "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Succeed\"}}}"}"#,
    ),
];

const MORE: &str = r#"CreateStateMachine {"name": "more{n}", "roleArn": "arn:aws:iam::{Account}:role/flow",
    "definition": "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Succeed\"}}}"}"#;
const RUN: &str =
    r#"StartExecution {"stateMachineArn": "arn:aws:states:us-east-1:{Account}:stateMachine:one", "name": "run{n}"}"#;
const VERSION: &str = r#"PublishStateMachineVersion {"stateMachineArn": "arn:aws:states:us-east-1:{Account}:stateMachine:one",
    "description": "{n}"}"#;
const LIVE: &str = r#"CreateStateMachineAlias {"name": "live{n}", "routingConfiguration":
    [{"stateMachineVersionArn": "arn:aws:states:us-east-1:{Account}:stateMachine:one:1", "weight": 100}]}"#;
const OWN: &str = r#"{"stateMachineArn": "arn:aws:states:us-east-1:111111111111:stateMachine:one"}"#;

pub static LISTINGS: &[Listing] = &[
    (
        "states.GetExecutionHistory",
        1,
        &[],
        r#"{"executionArn": "arn:aws:states:us-east-1:111111111111:execution:one:run"}"#,
    ),
    ("states.ListActivities", 3, &[r#"CreateActivity {"name": "more{n}"}"#], "{}"),
    ("states.ListExecutions", 3, &[RUN], OWN),
    ("states.ListStateMachineAliases", 3, &[LIVE], OWN),
    ("states.ListStateMachineVersions", 3, &[VERSION], OWN),
    ("states.ListStateMachines", 3, &[MORE], "{}"),
    (
        "states.ListTagsForResource",
        3,
        &[
            r#"TagResource {"resourceArn": "arn:aws:states:us-east-1:{Account}:stateMachine:one", "tags": [{"key": "k{n}", "value": "a"}]}"#,
        ],
        r#"{"resourceArn": "arn:aws:states:us-east-1:111111111111:stateMachine:one"}"#,
    ),
];
