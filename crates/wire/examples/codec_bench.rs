//! How long it takes to read a SendMessage of 600 bytes into its structure, and to write the reply.
//!
//! `cargo run -p wire --release --example codec_bench`

use bytes::Bytes;
use http::{HeaderMap, Method};
use model::{Model, Protocol};
use shape::{IndexMap, Node, Value, shape};
use std::hint::black_box;
use std::time::Duration;
use wire::Request;
use wire::codec::{Call, Switches, decode_request, encode_reply, encode_request};

shape! {
    /// SQS's request.
    pub struct SendMessageRequest {
        /// The queue.
        pub queue_url: String = "QueueUrl",
        /// The text.
        pub message_body: String = "MessageBody",
        /// Seconds until it can be received.
        pub delay_seconds: Option<i64> = "DelaySeconds",
        /// What goes along with the text.
        pub message_attributes: Option<IndexMap<String, MessageAttributeValue>> = "MessageAttributes",
        /// What AWS itself sets.
        pub message_system_attributes: Option<IndexMap<String, MessageAttributeValue>> = "MessageSystemAttributes",
        /// The token against duplicates.
        pub message_deduplication_id: Option<String> = "MessageDeduplicationId",
        /// The group, in which order holds.
        pub message_group_id: Option<String> = "MessageGroupId",
    }
    /// One attribute.
    pub struct MessageAttributeValue {
        /// Text.
        pub string_value: Option<String> = "StringValue",
        /// Bytes.
        pub binary_value: Option<shape::Bytes> = "BinaryValue",
        /// Unused by AWS.
        pub string_list_values: Option<Vec<String>> = "StringListValues",
        /// Unused by AWS.
        pub binary_list_values: Option<Vec<shape::Bytes>> = "BinaryListValues",
        /// `String`, `Number` or `Binary`.
        pub data_type: String = "DataType",
    }
    /// SQS's reply.
    pub struct SendMessageResult {
        /// A digest of the text.
        pub md5_of_message_body: Option<String> = "MD5OfMessageBody",
        /// A digest of the attributes.
        pub md5_of_message_attributes: Option<String> = "MD5OfMessageAttributes",
        /// A digest of AWS's own attributes.
        pub md5_of_message_system_attributes: Option<String> = "MD5OfMessageSystemAttributes",
        /// The message's id.
        pub message_id: Option<String> = "MessageId",
        /// Its place in the order.
        pub sequence_number: Option<String> = "SequenceNumber",
    }
}

const BATCHES: u32 = 400;
const ROUNDS: u32 = 500;

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn time(mut work: impl FnMut()) -> Duration {
    let batch = |_| {
        let start = std::time::Instant::now();
        (0..ROUNDS).for_each(|_| work());
        start.elapsed() / ROUNDS
    };
    // The best batch is the one that no other process disturbed.
    (0..BATCHES).map(batch).min().unwrap_or_default()
}

fn input() -> SendMessageRequest {
    let attribute = |text: &str| MessageAttributeValue {
        string_value: Some(text.into()),
        data_type: "String".into(),
        ..MessageAttributeValue::default()
    };
    SendMessageRequest {
        queue_url: "http://sqs.eu-west-1.localhost:4566/123456789012/orders".into(),
        message_body: format!("{{\"order\": 12345, \"lines\": \"{}\"}}", "one, two, three ".repeat(16)),
        delay_seconds: Some(5),
        message_attributes: Some([("trace".into(), attribute("abc-1")), ("tenant".into(), attribute("blue"))].into()),
        ..SendMessageRequest::default()
    }
}

#[expect(clippy::disallowed_methods, reason = "the model is a file")]
fn main() {
    let path = format!("{}/../../models/botocore/sqs.json", env!("CARGO_MANIFEST_DIR"));
    let model = Model::parse(&std::fs::read(path).unwrap_or_default()).unwrap_or_default();
    let Some(operation) = model.operation("SendMessage") else { return eprintln!("there is no model of SQS") };
    let output = SendMessageResult {
        md5_of_message_body: Some("fafb00f5732ab283681e124bf8747ed1".into()),
        message_id: Some("219f8380-5770-4cc2-8c3e-5c715e145f5e".into()),
        ..SendMessageResult::default()
    };
    let switches = Switches::default();
    for protocol in [Protocol::Json, Protocol::Query, Protocol::RpcV2Cbor] {
        let call = Call { model: &model, operation, protocol, switches: &switches };
        let nothing = Request {
            method: Method::POST,
            path: "/".into(),
            query: String::new(),
            host: String::new(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        let request = encode_request(&call, input().peek()).unwrap_or(nothing);
        let decode = time(|| {
            let mut read = SendMessageRequest::default();
            let _ = black_box(decode_request(&call, black_box(&request), &mut read));
            black_box(read);
        });
        let tree = time(|| {
            let mut read = Value::default();
            let _ = black_box(decode_request(&call, black_box(&request), &mut read));
            black_box(read);
        });
        let encode = time(|| {
            black_box(encode_reply(&call, black_box(&output).peek(), "a1b2"));
        });
        let bytes = request.body.len();
        println!("{protocol:?}, {bytes} bytes: decode {decode:?}, decode to a tree {tree:?}, encode {encode:?}");
    }
}
