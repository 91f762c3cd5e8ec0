//! The errors of DynamoDB, in AWS's words. Codes are the names of the model's error shapes, and AWS's common errors.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html>
//!
//! AWS documents hardly a text. These are what it was seen to answer: reports of users with their requests, and tests
//! that were run against it.

use service::{Error, Value};
use std::fmt::Display;

/// A request that cannot be right.
pub fn validation(text: impl Into<String>) -> Error {
    Error::new("ValidationException", text.into()).status(400)
}

/// A parameter that cannot be right.
pub fn invalid(text: impl Display) -> Error {
    validation(format!("One or more parameter values were invalid: {text}"))
}

/// What AWS does and this service does not.
pub fn refuse(what: &str) -> Error {
    let text = format!("dynamodb: {what} is not implemented by Terrella");
    Error::new("NotImplemented", text).status(400)
}

pub fn not_a_number(text: &str) -> Error {
    match text {
        "" => validation("The parameter cannot be converted to a numeric value"),
        text => validation(format!("The parameter cannot be converted to a numeric value: {text}")),
    }
}

pub fn too_many_digits() -> Error {
    validation("Attempting to store more than 38 significant digits in a Number")
}

pub fn number_overflow() -> Error {
    validation("Number overflow. Attempting to store a number with magnitude larger than supported range")
}

pub fn number_underflow() -> Error {
    validation("Number underflow. Attempting to store a number with magnitude smaller than supported range")
}

pub fn empty_value() -> Error {
    validation("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
}

pub fn several_types() -> Error {
    let text = "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported \
                datatypes";
    validation(text)
}

pub fn too_deep() -> Error {
    validation("Nesting Levels have exceeded supported limits")
}

pub fn null_must_be_true() -> Error {
    invalid("Null attribute value types must have the value of true")
}

/// The article and the two blanks are AWS's.
pub fn empty_set(kind: &str) -> Error {
    match kind {
        "binary" => invalid("Binary sets should not be empty"),
        kind => invalid(format!("An {kind} set  may not be empty")),
    }
}

pub fn duplicates(all: &str) -> Error {
    invalid(format!("Input collection [{all}] contains duplicates."))
}

pub fn not_found() -> Error {
    Error::new("ResourceNotFoundException", "Requested resource not found")
}

/// What backups and restores say of a table that is not there.
pub fn no_such_table(name: &str) -> Error {
    Error::new("TableNotFoundException", format!("Table not found: {name}"))
}

/// As the operations on tables themselves say it.
pub fn table_not_found(name: &str) -> Error {
    Error::new("ResourceNotFoundException", format!("Requested resource not found: Table: {name} not found"))
}

pub fn resource_not_found(text: impl Into<String>) -> Error {
    Error::new("ResourceNotFoundException", text.into())
}

pub fn in_use(text: impl Into<String>) -> Error {
    Error::new("ResourceInUseException", text.into())
}

pub fn limit_exceeded(text: impl Into<String>) -> Error {
    Error::new("LimitExceededException", text.into())
}

pub fn key_mismatch() -> Error {
    validation("The provided key element does not match the schema")
}

/// The missing blank is AWS's.
pub fn hash_key_too_long() -> Error {
    invalid("Size of hashkey has exceeded the maximum size limit of2048 bytes")
}

pub fn range_key_too_long() -> Error {
    invalid("Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
}

/// `kind` is `string` or `binary`.
pub fn empty_key(kind: &str, key: &str) -> Error {
    let text = "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an \
                empty";
    validation(format!("{text} {kind} value. Key: {key}"))
}

pub fn empty_index_key(kind: &str, index: &str, key: &str) -> Error {
    let text = "One or more parameter values are not valid. A value specified for a secondary index key is not \
                supported. The AttributeValue for a key attribute cannot contain an empty";
    validation(format!("{text} {kind} value. IndexName: {index}, IndexKey: {key}"))
}

pub fn item_too_large() -> Error {
    validation("Item size has exceeded the maximum allowed size")
}

pub fn updated_item_too_large() -> Error {
    validation("Item size to update has exceeded the maximum allowed size")
}

/// With the item, if the request asked for it.
pub fn condition_failed(item: Option<Value>) -> Error {
    let error = Error::new("ConditionalCheckFailedException", "The conditional request failed");
    match item {
        Some(item) => error.with("Item", item),
        None => error,
    }
}

/// A table or index whose capacity is used up. `reason` is such as `TableWriteProvisionedThroughputExceeded`.
pub fn throughput_exceeded(reason: &str, arn: &str) -> Error {
    let text = if reason.starts_with("Table") {
        "The level of configured provisioned throughput for the table was exceeded. Consider increasing your \
         provisioning level with the UpdateTable API."
    } else {
        "The level of configured provisioned throughput for one or more global secondary indexes of the table was \
         exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes \
         with the UpdateTable API"
    };
    let on_demand = reason.ends_with("MaxOnDemandThroughputExceeded");
    let error = match on_demand {
        true => Error::new(
            "ThrottlingException",
            "Throughput exceeds the maximum OnDemandThroughput configured on table or index.",
        ),
        false => Error::new("ProvisionedThroughputExceededException", text),
    };
    let member = if on_demand { "throttlingReasons" } else { "ThrottlingReasons" };
    let reason = [("reason".to_owned(), reason.into()), ("resource".to_owned(), arn.into())];
    error.status(400).with(member, Value::List(vec![Value::Map(reason.into())]))
}

/// A static fault of an expression in the words of the operations that write one item, which come from AWS's own checker
/// of requests since 2025; the others lack its first words.
pub fn detected(error: Error) -> Error {
    validation(format!("1 validation error detected: {}", error.message()))
}
