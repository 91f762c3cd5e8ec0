//! What a record costs: `cargo run --release -p ledger --example bench`.
#![expect(clippy::disallowed_methods, reason = "a measurement reads the machine's clock and prints")]

use clock::Timestamp;
use ids::{AccountId, Region, RequestId};
use ledger::{Elements, Ledger, Meters, Options, Record, Sample, SeriesName, Stages, decode, encode};
use model::Model;
use service::Scope;
use shape::{IndexMap, Node, shape};
use std::hint::black_box;
use std::time::Instant;

shape! {
    /// As the generated input of SendMessage.
    pub struct SendMessageRequest {
        /// 1
        pub queue_url: String = "QueueUrl",
        /// 2
        pub message_body: String = "MessageBody",
        /// 3
        pub delay_seconds: Option<i64> = "DelaySeconds",
        /// 4
        pub message_attributes: Option<IndexMap<String, String>> = "MessageAttributes",
        /// 5
        pub message_system_attributes: Option<IndexMap<String, String>> = "MessageSystemAttributes",
        /// 6
        pub message_deduplication_id: Option<String> = "MessageDeduplicationId",
        /// 7
        pub message_group_id: Option<String> = "MessageGroupId",
    }
}

/// The parameters of a call: of a service that hides some of its members, and of one that hides none.
fn parameters() {
    let model = include_bytes!("../../../models/botocore/sqs.json");
    let model = Model::parse(model).expect("the model");
    let (shape, _) = model.shape_named("SendMessageRequest").expect("the shape");
    let input = SendMessageRequest {
        queue_url: "http://127.0.0.1:4566/123456789012/orders".into(),
        message_body: "m".repeat(100),
        message_group_id: Some("group-7".into()),
        ..SendMessageRequest::default()
    };
    let hidden = [("SendMessageRequest", "MessageBody"), ("MessageAttributeValue", "StringValue")];
    for (name, hidden) in [("parameters, some hidden", &hidden[..]), ("parameters, none hidden", &[])] {
        let elements = Elements { model: &model, hidden };
        measure(name, 100_000, |_| {
            let mut out = String::new();
            elements.request(shape, black_box(input.peek()), &mut out);
            drop(black_box(out));
        });
    }
}

fn usual(number: u64) -> Record {
    Record {
        time: Timestamp::from_secs(1_800_000_000 + number as i64 / 1000),
        real_time: Timestamp::from_secs(1_800_000_000),
        account: 123_456_789_012,
        region: "eu-west-1".into(),
        service: "sqs".into(),
        event_source: "sqs.amazonaws.com".into(),
        operation: "SendMessage".into(),
        caller: "arn:aws:sts::123456789012:assumed-role/Sender/run-7".into(),
        principal: "arn:aws:iam::123456789012:role/Sender".into(),
        caller_kind: "assumed-role".into(),
        caller_account: 123_456_789_012,
        user_id: "AROAIDPPEZS35WEXAMPLE:run-7".into(),
        user_name: "Sender".into(),
        access_key: "ASIAIOSFODNN7EXAMPLE".into(),
        source_ip: "127.0.0.1".into(),
        user_agent: "aws-cli/2.17.0 md/awscrt#0.20.11 ua/2.0 os/linux md/arch#x86_64 lang/python#3.11".into(),
        base_host: "http://127.0.0.1:4566".into(),
        resources: vec!["arn:aws:sqs:eu-west-1:123456789012:orders".into()],
        status: 200,
        decision: "allowed".into(),
        policy: "inline policy send of role Sender".into(),
        statement: "0".into(),
        reason: "an identity-based policy allows".into(),
        input: format!(
            "{{\"queueUrl\":\"http://127.0.0.1:4566/123456789012/orders\",\"messageBody\":\"{}\"}}",
            "m".repeat(100)
        ),
        stages: Stages { decode: 5, authenticate: 4, authorise: 3, handle: 6, commit: 0, encode: 0 },
        duration: 24,
        ..Record::new(RequestId(u128::from(number) << 64 | 0x1234_5678_9abc_def0))
    }
}

/// The best of a hundred stretches, in nanoseconds a turn: short ones, so that other processes stay out of some.
fn measure(name: &str, turns: u64, mut work: impl FnMut(u64)) {
    let stretches = turns.min(100);
    let turns = turns / stretches;
    let mut best = f64::MAX;
    for stretch in 0..stretches {
        let start = Instant::now();
        (0..turns).for_each(|n| work(stretch * turns + n));
        best = best.min(start.elapsed().as_nanos() as f64 / turns as f64);
    }
    println!("{name:<44} {best:>8.0} ns");
}

fn main() {
    parameters();
    let record = usual(7);
    let bytes = encode(&record);
    println!("a usual record: {} bytes", bytes.len());
    measure("its texts, copied as the door copies them", 100_000, |_| drop(black_box(black_box(&record).clone())));
    measure("encode", 100_000, |_| drop(black_box(encode(black_box(&record)))));
    measure("decode", 100_000, |_| drop(black_box(decode(black_box(&bytes)))));
    let memory = Ledger::memory(10_000);
    measure("append (encode included), in memory", 100_000, |_| memory.append(black_box(&record)));
    let dir = tempfile::tempdir().expect("a directory for the measurement");
    let options = Options { on_buffered: None, ..Options::default() };
    let disk = Ledger::open(dir.path(), &options).expect("a ledger");
    measure("append (encode included), on disk", 100_000, |_| disk.append(black_box(&record)));
    measure("encode + committed, on disk", 100_000, |n| {
        let bytes = encode(black_box(&record));
        disk.committed(n + 1, &record, &bytes);
        if n % 10_000 == 0 {
            disk.copy(n + 1, &bytes);
            disk.sync().expect("a sync");
        }
    });
    let data = Record { data: true, ..record.clone() };
    measure("append of a data event", 100_000, |_| disk.append(black_box(&data)));
    let denied = Record { decision: "denied".into(), ..record.clone() };
    measure("append of a denial (written at once)", 20_000, |_| disk.append(black_box(&denied)));
    measure("find in memory, the newest", 1_000, |_| drop(black_box(memory.find(record.request_id()))));
    measure("tail of 100", 100, |_| drop(black_box(disk.tail(100))));
    println!("{:?}", disk.stats());
    drop(disk);
    measure("open and close", 20, |_| drop(Ledger::open(dir.path(), &options).expect("a ledger")));
    let again = Ledger::open(dir.path(), &options).expect("a ledger");
    println!("{:?}", again.open_report());
    measure("find of nothing, all segments read", 3, |_| drop(black_box(again.find(RequestId(5)))));
    let meters = Meters::default();
    let series = SeriesName {
        scope: Scope::new(AccountId::DEFAULT, Region::new("eu-west-1").expect("a region")),
        namespace: "AWS/SQS",
        metric: "NumberOfMessagesSent",
        dimensions: &[("QueueName", "orders")],
        unit: "Count",
    };
    measure("meter", 100_000, |n| {
        meters.meter(&Sample { series, value: 1.0, at: Timestamp(n as i64 * 1_000) });
    });
}
