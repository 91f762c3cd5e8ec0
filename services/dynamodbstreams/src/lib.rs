//! Amazon DynamoDB Streams: the endpoint by which the streams of tables are read.
//!
//! It keeps nothing of its own. Tables, their streams and their records are the service `dynamodb`'s, of which this is a
//! second endpoint; both have one set of IAM actions.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html>

mod access;
mod api;
mod errors;
mod iterator;
mod ops;

use service::Service;

/// DynamoDB Streams.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, Vec::new);
