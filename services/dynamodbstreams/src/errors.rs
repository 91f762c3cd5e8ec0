//! The errors of DynamoDB Streams, in AWS's words.

use service::Error;

pub fn validation(text: impl Into<String>) -> Error {
    Error::new("ValidationException", text.into()).status(400)
}

pub fn stream_not_found(arn: &str) -> Error {
    Error::new("ResourceNotFoundException", format!("Requested resource not found: Stream: {arn} not found"))
}

pub fn shard_not_found(shard: &str) -> Error {
    Error::new("ResourceNotFoundException", format!("Requested resource not found: Shard: {shard} not found"))
}

pub fn expired_iterator() -> Error {
    let text = "The shard iterator is expired. Shard iterators are only valid for 15 minutes";
    Error::new("ExpiredIteratorException", text)
}

pub fn trimmed() -> Error {
    Error::new(
        "TrimmedDataAccessException",
        "The operation attempted to read past the oldest stream record in a shard.",
    )
}
