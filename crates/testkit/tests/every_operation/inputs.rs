//! What no model says: which calls an operation needs before it, and what its input must be. One line an operation.
//!
//! A step is an operation and its input, called as the account's root. Everything that inputs and answers name is remembered: a required
//! text of that name is taken from there, and `{Name}` stands for it.

/// An operation; the steps before it; its input as far as the model and what is remembered do not give it.
pub type Line = (&'static str, &'static [&'static str], &'static str);

/// The steps before every operation of a service.
pub static SERVICES: &[(&str, &[&str])] = &[("sqs", &[r#"CreateQueue {"QueueName": "one"}"#])];

const SEND: &str = r#"SendMessage {"QueueUrl": "{QueueUrl}", "MessageBody": "hello"}"#;
const RECEIVE: &str = r#"ReceiveMessage {"QueueUrl": "{QueueUrl}"}"#;
/// Queue `one` becomes the dead-letter queue of another and has a message to move, and more than a moment's work with it.
const DEAD: &str = r#"CreateQueue {"QueueName": "source-{n}", "Attributes": {"RedrivePolicy":
    "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:111111111111:one\",\"maxReceiveCount\":\"3\"}"}}"#;
const MOVE: &str = r#"StartMessageMoveTask {"SourceArn": "arn:aws:sqs:us-east-1:{Account}:one", "MaxNumberOfMessagesPerSecond": 1}"#;
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
    ("sqs.RemovePermission", &[PERMIT], "{}"),
    ("sqs.SendMessageBatch", &[], r#"{"Entries": [{"Id": "a", "MessageBody": "hello"}]}"#),
    ("sqs.SetQueueAttributes", &[], r#"{"Attributes": {"VisibilityTimeout": "5"}}"#),
    ("sqs.StartMessageMoveTask", &[SEND, DEAD], OF_ONE),
    ("sqs.TagQueue", &[], r#"{"Tags": {"team": "a"}}"#),
    ("sqs.UntagQueue", &[], r#"{"TagKeys": ["team"]}"#),
];

/// For operations that list: the steps that make one more of what is listed, `{n}` counting from 1, and the input.
pub static LISTINGS: &[Line] = &[
    ("sqs.ListDeadLetterSourceQueues", &[DEAD], ONE),
    ("sqs.ListMessageMoveTasks", &[], OF_ONE),
    ("sqs.ListQueueTags", &[r#"TagQueue {"QueueUrl": "{QueueUrl}", "Tags": {"tag{n}": "x"}}"#], "{}"),
    ("sqs.ListQueues", &[r#"CreateQueue {"QueueName": "queue{n}"}"#], "{}"),
];

/// The line of an operation.
pub fn line(service: &str, operation: &str) -> Option<&'static Line> {
    find(LINES, service, operation)
}

/// The line of an operation that lists.
pub fn listing(service: &str, operation: &str) -> Option<&'static Line> {
    find(LISTINGS, service, operation)
}

fn find(lines: &'static [Line], service: &str, operation: &str) -> Option<&'static Line> {
    lines.iter().find(|line| line.0.split_once('.') == Some((service, operation)))
}
