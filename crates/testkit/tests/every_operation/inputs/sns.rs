//! SNS.

use super::{Line, Listing};

/// The subscription wants nothing, so that a call leaves no delivery behind.
pub static COMMON: &[&str] = &[
    r#"CreateTopic {"Name": "one"}"#,
    r#"Subscribe {"TopicArn": "{TopicArn}", "Protocol": "sqs", "Endpoint": "arn:aws:sqs:us-east-1:{Account}:one",
        "Attributes": {"FilterPolicy": "{\"none\":[\"x\"]}"}}"#,
];

const ONE: &str = r#"{"TopicArn": "arn:aws:sns:us-east-1:{Account}:one"}"#;
const MORE: &str =
    r#"Subscribe {"TopicArn": "{TopicArn}", "Protocol": "sqs", "Endpoint": "arn:aws:sqs:us-east-1:{Account}:q{n}"}"#;

pub static LINES: &[Line] = &[
    ("sns.AddPermission", &[], r#"{"Label": "l", "AWSAccountId": ["333333333333"], "ActionName": ["Publish"]}"#),
    ("sns.CreateTopic", &[], r#"{"Name": "two", "Tags": [{"Key": "team", "Value": "a"}]}"#),
    ("sns.ListTagsForResource", &[], r#"{"ResourceArn": "{TopicArn}"}"#),
    ("sns.Publish", &[], r#"{"TopicArn": "arn:aws:sns:us-east-1:{Account}:one", "Message": "hello"}"#),
    ("sns.PublishBatch", &[], r#"{"PublishBatchRequestEntries": [{"Id": "a", "Message": "hello"}]}"#),
    ("sns.RemovePermission", &[], r#"{"Label": "l"}"#),
    ("sns.SetSubscriptionAttributes", &[], r#"{"AttributeName": "RawMessageDelivery", "AttributeValue": "true"}"#),
    ("sns.SetTopicAttributes", &[], r#"{"AttributeName": "DisplayName", "AttributeValue": "d"}"#),
    ("sns.Subscribe", &[], r#"{"Protocol": "sqs", "Endpoint": "arn:aws:sqs:us-east-1:{Account}:two"}"#),
    ("sns.TagResource", &[], r#"{"ResourceArn": "{TopicArn}", "Tags": [{"Key": "team", "Value": "a"}]}"#),
    ("sns.UntagResource", &[], r#"{"ResourceArn": "{TopicArn}", "TagKeys": ["team"]}"#),
];

pub static LISTINGS: &[Listing] = &[
    ("sns.ListSubscriptions", 3, &[MORE], "{}"),
    ("sns.ListSubscriptionsByTopic", 3, &[MORE], ONE),
    (
        "sns.ListTagsForResource",
        3,
        &[r#"TagResource {"ResourceArn": "{TopicArn}", "Tags": [{"Key": "k{n}", "Value": "a"}]}"#],
        r#"{"ResourceArn": "arn:aws:sns:us-east-1:{Account}:one"}"#,
    ),
    ("sns.ListTopics", 3, &[r#"CreateTopic {"Name": "topic{n}"}"#], "{}"),
];
