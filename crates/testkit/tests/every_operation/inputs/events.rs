//! EventBridge.

use super::{Line, Listing};

pub static COMMON: &[&str] = &[
    r#"sqs.CreateQueue {"QueueName": "one"}"#,
    r#"CreateEventBus {"Name": "own"}"#,
    r#"PutRule {"Name": "one", "EventPattern": "{\"source\":[\"shop\"]}"}"#,
    r#"PutTargets {"Rule": "one", "Targets": [{"Id": "one", "Arn": "arn:aws:sqs:us-east-1:{Account}:one"}]}"#,
    r#"CreateArchive {"ArchiveName": "one", "EventSourceArn": "arn:aws:events:us-east-1:{Account}:event-bus/own"}"#,
];

const RULE: &str = r#"{"Name": "one"}"#;
const ARCHIVE: &str = r#"{"ArchiveName": "one"}"#;
const REPLAY: &str = r#"{"ReplayName": "one", "EventSourceArn": "arn:aws:events:us-east-1:{Account}:archive/one",
    "EventStartTime": "2020-01-01T00:00:00Z", "EventEndTime": "2021-01-01T00:00:00Z",
    "Destination": {"Arn": "arn:aws:events:us-east-1:{Account}:event-bus/own"}}"#;
const REPLAYED: &str = r#"StartReplay {"ReplayName": "one{n}", "EventSourceArn": "arn:aws:events:us-east-1:{Account}:archive/one",
    "EventStartTime": "2020-01-01T00:00:00Z", "EventEndTime": "2021-01-01T00:00:00Z",
    "Destination": {"Arn": "arn:aws:events:us-east-1:{Account}:event-bus/own"}}"#;

pub static LINES: &[Line] = &[
    ("events.CancelReplay", &[REPLAYED], r#"{"ReplayName": "one0"}"#),
    (
        "events.CreateArchive",
        &[],
        r#"{"ArchiveName": "two", "EventSourceArn": "arn:aws:events:us-east-1:{Account}:event-bus/own"}"#,
    ),
    ("events.CreateEventBus", &[], r#"{"Name": "two", "Tags": [{"Key": "team", "Value": "a"}]}"#),
    ("events.DeleteArchive", &[], ARCHIVE),
    ("events.DeleteEventBus", &[], r#"{"Name": "own"}"#),
    ("events.DeleteRule", &[r#"PutRule {"Name": "two", "EventPattern": "{\"a\":[1]}"}"#], r#"{"Name": "two"}"#),
    ("events.DescribeArchive", &[], ARCHIVE),
    ("events.DescribeReplay", &[REPLAYED], r#"{"ReplayName": "one0"}"#),
    ("events.DescribeRule", &[], RULE),
    ("events.DisableRule", &[], RULE),
    ("events.EnableRule", &[], RULE),
    ("events.ListRuleNamesByTarget", &[], r#"{"TargetArn": "arn:aws:sqs:us-east-1:{Account}:one"}"#),
    ("events.ListTagsForResource", &[], r#"{"ResourceARN": "arn:aws:events:us-east-1:{Account}:rule/one"}"#),
    ("events.ListTargetsByRule", &[], r#"{"Rule": "one"}"#),
    ("events.PutEvents", &[], r#"{"Entries": [{"Source": "none", "DetailType": "t", "Detail": "{}"}]}"#),
    ("events.PutPermission", &[], r#"{"Action": "events:PutEvents", "Principal": "333333333333", "StatementId": "s"}"#),
    (
        "events.PutRule",
        &[],
        r#"{"Name": "two", "EventPattern": "{\"a\":[1]}", "Tags": [{"Key": "team", "Value": "a"}]}"#,
    ),
    (
        "events.PutTargets",
        &[],
        r#"{"Rule": "one", "Targets": [{"Id": "two", "Arn": "arn:aws:sqs:us-east-1:{Account}:one",
            "RoleArn": "arn:aws:iam::111111111111:role/example"}]}"#,
    ),
    (
        "events.RemovePermission",
        &[r#"PutPermission {"Action": "events:PutEvents", "Principal": "333333333333", "StatementId": "s"}"#],
        r#"{"StatementId": "s"}"#,
    ),
    ("events.RemoveTargets", &[], r#"{"Rule": "one", "Ids": ["one"]}"#),
    ("events.StartReplay", &[], REPLAY),
    ("events.TagResource", &[], TAGGED_ADD),
    (
        "events.TestEventPattern",
        &[],
        r#"{"EventPattern": "{\"source\":[\"shop\"]}", "Event": "{\"id\":\"1\",\"account\":\"1\",\"source\":\"shop\",\"time\":\"t\",\"region\":\"r\",\"resources\":[],\"detail-type\":\"t\",\"detail\":{}}"}"#,
    ),
    ("events.UntagResource", &[], TAGGED_REMOVE),
    ("events.UpdateArchive", &[], ARCHIVE),
    ("events.UpdateEventBus", &[], r#"{"Name": "own"}"#),
];

const TAGGED_ADD: &str =
    r#"{"ResourceARN": "arn:aws:events:us-east-1:{Account}:rule/one", "Tags": [{"Key": "team", "Value": "a"}]}"#;
const TAGGED_REMOVE: &str = r#"{"ResourceARN": "arn:aws:events:us-east-1:{Account}:rule/one", "TagKeys": ["team"]}"#;

const TAG: &str = r#"TagResource {"ResourceARN": "arn:aws:events:us-east-1:{Account}:rule/one", "Tags": [{"Key": "k{n}", "Value": "a"}]}"#;

pub static LISTINGS: &[Listing] = &[
    (
        "events.ListArchives",
        3,
        &[
            r#"CreateArchive {"ArchiveName": "more{n}", "EventSourceArn": "arn:aws:events:us-east-1:{Account}:event-bus/own"}"#,
        ],
        "{}",
    ),
    ("events.ListEventBuses", 3, &[r#"CreateEventBus {"Name": "bus{n}"}"#], r#"{"NamePrefix": "bus"}"#),
    ("events.ListReplays", 3, &[REPLAYED], "{}"),
    (
        "events.ListRuleNamesByTarget",
        3,
        &[
            r#"PutRule {"Name": "rule{n}", "EventPattern": "{\"a\":[1]}"}"#,
            r#"PutTargets {"Rule": "rule{n}", "Targets": [{"Id": "one", "Arn": "arn:aws:sqs:us-east-1:{Account}:one"}]}"#,
        ],
        r#"{"TargetArn": "arn:aws:sqs:us-east-1:111111111111:one"}"#,
    ),
    ("events.ListRules", 3, &[r#"PutRule {"Name": "rule{n}", "EventPattern": "{\"a\":[1]}"}"#], "{}"),
    ("events.ListTagsForResource", 3, &[TAG], r#"{"ResourceARN": "arn:aws:events:us-east-1:111111111111:rule/one"}"#),
    (
        "events.ListTargetsByRule",
        3,
        &[r#"PutTargets {"Rule": "one", "Targets": [{"Id": "t{n}", "Arn": "arn:aws:sqs:us-east-1:{Account}:one"}]}"#],
        r#"{"Rule": "one"}"#,
    ),
];
