//! SQS.

use super::{Line, Listing};

pub static COMMON: &[&str] = &[r#"CreateQueue {"QueueName": "one"}"#];

const SEND: &str = r#"SendMessage {"QueueUrl": "{QueueUrl}", "MessageBody": "the body of a message"}"#;
const RECEIVE: &str = r#"ReceiveMessage {"QueueUrl": "{QueueUrl}"}"#;
/// Queue `one` becomes the dead-letter queue of another and has a message to move, and more than a moment's work with
/// it.
const DEAD: &str = r#"CreateQueue {"QueueName": "source-{n}", "Attributes": {"RedrivePolicy":
    "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:111111111111:one\",\"maxReceiveCount\":\"3\"}"}}"#;
const MOVE: &str =
    r#"StartMessageMoveTask {"SourceArn": "arn:aws:sqs:us-east-1:{Account}:one", "MaxNumberOfMessagesPerSecond": 1}"#;
const ONE: &str = r#"{"QueueUrl": "http://localhost:4566/{Account}/one"}"#;
const OF_ONE: &str = r#"{"SourceArn": "arn:aws:sqs:us-east-1:{Account}:one"}"#;
const ONE_RECEIPT: &str = r#"{"Entries": [{"Id": "a", "ReceiptHandle": "{ReceiptHandle}", "VisibilityTimeout": 5}]}"#;
const PERMIT: &str = r#"AddPermission {"QueueUrl": "{QueueUrl}", "Label": "l", "AWSAccountIds": ["{Account}"], "Actions": ["SendMessage"]}"#;

pub static LINES: &[Line] = &[
    ("sqs.AddPermission", &[], r#"{"AWSAccountIds": ["333333333333"], "Actions": ["SendMessage"]}"#),
    ("sqs.CancelMessageMoveTask", &[SEND, SEND, SEND, DEAD, MOVE], r#"{"TaskHandle": "{TaskHandle}"}"#),
    ("sqs.ChangeMessageVisibility", &[SEND, RECEIVE], r#"{"VisibilityTimeout": 5}"#),
    ("sqs.ChangeMessageVisibilityBatch", &[SEND, RECEIVE], ONE_RECEIPT),
    ("sqs.CreateQueue", &[], r#"{"QueueName": "two", "tags": {"team": "a"}}"#),
    ("sqs.DeleteMessage", &[SEND, RECEIVE], "{}"),
    ("sqs.DeleteMessageBatch", &[SEND, RECEIVE], r#"{"Entries": [{"Id": "a", "ReceiptHandle": "{ReceiptHandle}"}]}"#),
    ("sqs.ListDeadLetterSourceQueues", &[DEAD], ONE),
    ("sqs.ListMessageMoveTasks", &[SEND, SEND, SEND, DEAD, MOVE], OF_ONE),
    ("sqs.ReceiveMessage", &[SEND], "{}"),
    ("sqs.RemovePermission", &[PERMIT], "{}"),
    (
        "sqs.SendMessage",
        &[],
        r#"{"MessageBody": "the body of a message", "MessageAttributes":
            {"a": {"DataType": "String", "StringValue": "what goes with the body"}}}"#,
    ),
    ("sqs.SendMessageBatch", &[], r#"{"Entries": [{"Id": "a", "MessageBody": "the body of a message"}]}"#),
    ("sqs.SetQueueAttributes", &[], r#"{"Attributes": {"VisibilityTimeout": "5"}}"#),
    ("sqs.StartMessageMoveTask", &[SEND, DEAD], OF_ONE),
    ("sqs.TagQueue", &[], r#"{"Tags": {"team": "a"}}"#),
    ("sqs.UntagQueue", &[], r#"{"TagKeys": ["team"]}"#),
];

pub static LISTINGS: &[Listing] = &[
    ("sqs.ListDeadLetterSourceQueues", 3, &[DEAD], ONE),
    ("sqs.ListMessageMoveTasks", 0, &[], OF_ONE),
    ("sqs.ListQueueTags", 3, &[r#"TagQueue {"QueueUrl": "{QueueUrl}", "Tags": {"tag{n}": "x"}}"#], "{}"),
    ("sqs.ListQueues", 3, &[r#"CreateQueue {"QueueName": "queue{n}"}"#], "{}"),
];
