//! What a small request costs from the door's first look to its reply, on one thread and without a socket, with everything
//! on: the state and the records in files, IAM enforced, the signature verified.
//!
//! `cargo run --release -p testkit --example stages [CASE [COUNT [THREADS]]]` prints microseconds a request: the best of
//! many short rounds, which is what the machine can do when nobody disturbs it, and the mean of all. `benches/stages.py` runs it under callgrind
//! instead, whose counts of instructions nothing disturbs, and tells them stage by stage.
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock and its arguments")]
#![expect(clippy::panic, reason = "a measurement that fails says so and ends")]

use clock::{Clock, EntropySource};
use http::{HeaderName, HeaderValue};
use ledger::Ledger;
use pipeline::{Cloud, Parts, Peer, Progress, Settings};
use serde_json::json;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Options, Store};
use testkit::{Keys, World};
use wire::Request;

/// What botocore sends besides what it signs.
const UNSIGNED: [(&str, &str); 5] = [
    ("accept-encoding", "identity"),
    (
        "user-agent",
        "Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux#6.1 md/arch#x86_64 lang/python#3.11 cfg/retry-mode#legacy",
    ),
    ("amz-sdk-invocation-id", "0c2e3a1f-5f9c-4f8e-9d70-2f3fb6c4c7d1"),
    ("amz-sdk-request", "attempt=1"),
    ("content-length", "0"),
];

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PEER: Peer = Peer { ip: IpAddr::V4(Ipv4Addr::LOCALHOST), secure: false };
const ROUND: u32 = 200;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let only = arguments.next().unwrap_or_default();
    let count: u32 = arguments.next().map_or(20_000, |count| count.parse().expect("COUNT is a number"));
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let cloud = open(scratch.path());
    let threads: u32 = arguments.next().map_or(1, |threads| threads.parse().expect("THREADS is a number"));
    let requests = requests(&mut World::of(Arc::clone(&cloud)));
    for (name, request) in requests.iter().filter(|(name, _)| name.contains(&only)) {
        // What is found out once and remembered is no part of it.
        (0..ROUND).for_each(|_| answer(&cloud, request.clone()));
        let rounds: Vec<Duration> = std::thread::scope(|scope| {
            let one = || (0..count.div_ceil(ROUND)).map(|_| round(&cloud, request)).collect::<Vec<_>>();
            let running: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
            running.into_iter().flat_map(|thread| thread.join().expect("a thread ends well")).collect()
        });
        let micros = |time: Duration| time.as_secs_f64() * 1e6 / f64::from(ROUND);
        let best = rounds.iter().min().copied().unwrap_or_default();
        let mean = rounds.iter().sum::<Duration>() / u32::try_from(rounds.len()).unwrap_or(1);
        println!("{name:28} best {:>7.2} us   mean {:>7.2} us", micros(best), micros(mean));
    }
}

fn round(cloud: &Arc<Cloud>, request: &Request) -> Duration {
    let requests: Vec<Request> = (0..ROUND).map(|_| request.clone()).collect();
    let began = Instant::now();
    requests.into_iter().for_each(|request| answer(cloud, request));
    began.elapsed()
}

/// Callgrind counts what happens in here.
#[inline(never)]
fn answer(cloud: &Arc<Cloud>, request: Request) {
    match cloud.handle(request, PEER) {
        Progress::Done(reply) if reply.status == 200 => drop(black_box(reply)),
        Progress::Done(reply) => panic!("{} {}", reply.status, String::from_utf8_lossy(&reply.body)),
        _ => panic!("it waits"),
    }
}

fn open(dir: &Path) -> Arc<Cloud> {
    let store = Store::open(&dir.join("state"), Options::default()).expect("a store");
    let ledger = Ledger::open(&dir.join("ledger"), &ledger::Options::default()).expect("a ledger");
    let directory = catalog::directory();
    let (clock, entropy, settings) = (Clock::system(Vec::new()), EntropySource::system(), Settings::default());
    Cloud::new(Parts { store, clock, entropy, directory, ledger, settings, engines: Vec::new() })
}

/// The requests of `benches/run.py`, for the bootstrap key and for a user.
fn requests(world: &mut World) -> Vec<(String, Request)> {
    let root = Keys::bootstrap();
    let user = user(world, &root);
    let now = world.cloud().clock().real();
    let mut requests = Vec::new();
    for (who, keys) in [("root", &root), ("user", &user)] {
        let queue = |world: &mut World, name: &str| {
            let made = world.call(&root, "sqs", "CreateQueue", &json!({"QueueName": format!("bench-{name}-{who}")}));
            made.output["QueueUrl"].clone()
        };
        let (empty, full) = (queue(world, "empty"), queue(world, "send"));
        let calls = [
            ("sts", "GetCallerIdentity", json!({})),
            ("sqs", "ReceiveMessage", json!({"QueueUrl": empty, "WaitTimeSeconds": 0})),
            ("sqs", "SendMessage", json!({"QueueUrl": full, "MessageBody": "x".repeat(512)})),
        ];
        for (service, operation, input) in calls {
            let mut request = world.request(keys, (service, operation), &input, now).expect("a request");
            for (name, value) in UNSIGNED {
                request.headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            requests.push((format!("{operation} ({who})"), request));
        }
    }
    requests
}

fn user(world: &mut World, root: &Keys) -> Keys {
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:ReceiveMessage"], "Resource": "arn:aws:sqs:*:*:bench-*"}]});
    let mut call = |operation: &str, input| world.call(root, "iam", operation, &input).output;
    call("CreateUser", json!({"UserName": "bench"}));
    let policy = policy.to_string();
    call("PutUserPolicy", json!({"UserName": "bench", "PolicyName": "bench", "PolicyDocument": policy}));
    let made = call("CreateAccessKey", json!({"UserName": "bench"}));
    let text = |name: &str| made["AccessKey"][name].as_str().expect("an access key").to_owned();
    Keys::of(&text("AccessKeyId"), &text("SecretAccessKey"))
}
