//! The errors of SQS, in AWS's words. Codes are the names of the model's error shapes; `awsQuery` gets its own by the
//! wire layer.
//!
//! Where botocore's model lacks a status that AWS's own SDKs have (`@aws-sdk/client-sqs`), it is given here.
//!
//! Texts are those that AWS was seen to answer (moto's tests that were run against AWS, users' reports); none is
//! documented.

use service::Error;
use std::fmt::Display;

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html>
pub fn missing_parameter(name: &str) -> Error {
    Error::new("MissingParameter", format!("The request must contain the parameter {name}.")).status(400)
}

pub fn invalid_parameter(text: impl Into<String>) -> Error {
    Error::new("InvalidParameterValue", text.into()).status(400)
}

pub fn invalid_value(value: impl Display, parameter: &str, reason: &str) -> Error {
    invalid_parameter(format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}"))
}

/// A parameter that the other type of queue has.
pub fn wrong_queue_type(value: impl Display, parameter: &str) -> Error {
    invalid_value(value, parameter, "The request include parameter that is not valid for this queue type.")
}

pub fn queue_does_not_exist() -> Error {
    Error::new("QueueDoesNotExist", "The specified queue does not exist.")
}

pub fn invalid_address(url: &str) -> Error {
    Error::new("InvalidAddress", format!("The address {url} is not valid for this endpoint.")).status(404)
}

pub fn queue_name_exists(attribute: &str) -> Error {
    let text = format!("A queue already exists with the same name and a different value for attribute {attribute}");
    Error::new("QueueNameExists", text)
}

pub fn queue_deleted_recently() -> Error {
    let text = "You must wait 60 seconds after deleting a queue before you can create another with the same name.";
    Error::new("QueueDeletedRecently", text)
}

pub fn purge_in_progress(queue: &str) -> Error {
    let text = format!("Only one PurgeQueue operation on {queue} is allowed every 60 seconds.");
    Error::new("PurgeQueueInProgress", text)
}

/// What KMS refuses.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html#API_SendMessage_Errors>
pub fn of_kms(error: Error) -> Error {
    let code = match error.code() {
        "AccessDeniedException" | "AccessDenied" => "KmsAccessDenied",
        "DisabledException" => "KmsDisabled",
        "InvalidKeyUsageException" => "KmsInvalidKeyUsage",
        "KMSInvalidStateException" => "KmsInvalidState",
        "NotFoundException" => "KmsNotFound",
        "ThrottlingException" | "LimitExceededException" => "KmsThrottled",
        _ => return error,
    };
    Error::new(code, error.message().to_owned()).status(400)
}

pub fn unknown_attribute(name: &str) -> Error {
    Error::new("InvalidAttributeName", format!("Unknown Attribute {name}."))
}

pub fn invalid_attribute(name: &str) -> Error {
    Error::new("InvalidAttributeValue", format!("Invalid value for the parameter {name}."))
}

pub fn invalid_attribute_because(name: &str, reason: impl Display) -> Error {
    Error::new("InvalidAttributeValue", format!("Invalid value for the parameter {name}. Reason: {reason}"))
}

pub fn invalid_contents() -> Error {
    let text = "Invalid characters found. Valid unicode characters are \
                #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";
    Error::new("InvalidMessageContents", text)
}

pub fn invalid_receipt_handle() -> Error {
    Error::new("ReceiptHandleIsInvalid", "The input receipt handle is invalid.").status(404)
}

/// An entry of a batch is told which of its handles is meant.
pub fn invalid_receipt_handle_in_batch(handle: &str) -> Error {
    let text = format!("The input receipt handle \"{handle}\" is not a valid receipt handle.");
    Error::new("ReceiptHandleIsInvalid", text)
}

pub fn expired_receipt_handle(handle: &str) -> Error {
    invalid_value(handle, "ReceiptHandle", "The receipt handle has expired.")
}

pub fn message_gone(handle: &str) -> Error {
    let reason = "Message does not exist or is not available for visibility timeout change.";
    invalid_value(handle, "ReceiptHandle", reason)
}

pub fn message_not_inflight() -> Error {
    Error::new("MessageNotInflight", "The message referred to is not in flight.")
}

pub fn too_many_in_flight() -> Error {
    Error::new("OverLimit", "Too many messages in flight: the limit is 120000.")
}

pub fn too_many_actions(count: usize) -> Error {
    Error::new("OverLimit", format!("{count} Actions were found, maximum allowed is 7."))
}

/// "AddPermission returns this error if the maximum number of permissions for the queue is reached."
pub fn too_many_permissions(most: usize) -> Error {
    Error::new("OverLimit", format!("The queue's policy has the maximum number of statements already: {most}."))
}

pub fn empty_batch(entry: &str) -> Error {
    Error::new("EmptyBatchRequest", format!("There should be at least one {entry} in the request."))
}

pub fn too_many_entries(count: usize) -> Error {
    let text = format!("Maximum number of entries per request are 10. You have sent {count}.");
    Error::new("TooManyEntriesInBatchRequest", text)
}

pub fn invalid_batch_id() -> Error {
    let text = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. \
                It can be at most 80 letters long.";
    Error::new("InvalidBatchEntryId", text)
}

pub fn repeated_batch_id(id: &str) -> Error {
    Error::new("BatchEntryIdsNotDistinct", format!("Id {id} repeated."))
}

pub fn batch_too_long(bytes: usize) -> Error {
    let text = format!("Batch requests cannot be longer than 1048576 bytes. You have sent {bytes} bytes.");
    Error::new("BatchRequestTooLong", text)
}

pub fn unsupported(text: &'static str) -> Error {
    Error::new("UnsupportedOperation", text)
}

pub fn resource_not_found(text: impl Into<String>) -> Error {
    Error::new("ResourceNotFoundException", text.into())
}
