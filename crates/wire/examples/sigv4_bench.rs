//! Measures the verification of a small SQS `SendMessage`: `cargo run --release -p wire --example sigv4_bench`.

use std::hint::black_box;
use wire::sigv4::{
    AmzDate, Body, Credentials, Instants, KeyCache, PathStyle, RequestView, Rules, Scope, SignPayload, Signer,
    SigningKey, parse, verify,
};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const ROUNDS: u32 = 1000;
const CALLS: u32 = 200;

fn main() {
    let now = AmzDate::from_epoch(1_800_000_000);
    let body = format!(
        "{{\"QueueUrl\":\"http://localhost:4566/000000000000/orders\",\"MessageBody\":\"{}\"}}",
        "m".repeat(530)
    );
    let mut parts = http::Request::builder()
        .method("POST")
        .uri("/")
        .header("host", "localhost:4566")
        .header("accept-encoding", "identity")
        .header("x-amz-target", "AmazonSQS.SendMessage")
        .header("content-type", "application/x-amz-json-1.0")
        .header("content-length", body.len())
        .header("amz-sdk-invocation-id", "5b8e1a2c-8b1d-4a54-9d7b-0d5d3f1f0a11")
        .header("amz-sdk-request", "attempt=1")
        .header("user-agent", "Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux md/arch#x86_64 lang/python#3.11.7")
        .body(())
        .unwrap_or_default()
        .into_parts()
        .0;
    let signer = Signer {
        access_key: "AKIAIOSFODNN7EXAMPLE",
        secret: SECRET,
        session_token: None,
        region: "us-east-1",
        service: "sqs",
        style: PathStyle::Other,
    };
    if signer.sign(&mut parts, SignPayload::Bytes(body.as_bytes()), now).is_err() {
        return println!("the request cannot be signed");
    }
    let cache = KeyCache::new();
    let instants = [now];
    let clock = Instants(&instants);
    let rules = Rules {
        style: PathStyle::Other,
        services: &["sqs"],
        region: Some("us-east-1"),
        unsigned_payload: false,
        clock: &clock,
    };
    let once = || {
        let view = RequestView::new(&parts.method, &parts.uri, &parts.headers);
        let Ok(Credentials::Presented(presented)) = parse(black_box(&view)) else { return false };
        let key = cache.signing_key(&presented.access_key, SECRET, &presented.scope());
        verify(&presented, &view, &key, Body::Bytes(body.as_bytes()), &rules).is_ok()
    };
    assert!(once(), "the signature is right");
    measure("parse, cached key, verify (600-byte body)", || u8::from(once()));
    measure("  parse alone", || {
        let view = RequestView::new(&parts.method, &parts.uri, &parts.headers);
        u8::from(parse(black_box(&view)).is_ok())
    });
    let scope = Scope { day: "20270115", region: "us-east-1", service: "sqs" };
    measure("  cached key alone", || {
        black_box(cache.signing_key("AKIAIOSFODNN7EXAMPLE", SECRET, &scope));
        1
    });
    measure("derive a key (once a day, key and service)", || {
        black_box(SigningKey::derive(black_box(SECRET), &scope));
        1
    });
}

/// Prints the median and the best of many short rounds, in nanoseconds a call.
#[expect(clippy::disallowed_methods, reason = "a measurement reads the real clock")]
fn measure(name: &str, mut call: impl FnMut() -> u8) {
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = std::time::Instant::now();
            for _ in 0..CALLS {
                black_box(call());
            }
            start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    let at = |part: usize| rounds.get(rounds.len() * part / 100).copied().unwrap_or_default();
    println!("{name}: median {:.0} ns, best {:.0} ns", at(50), at(0));
}
