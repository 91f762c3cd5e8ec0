//! What a decision costs: `cargo run --release -p policy --example bench`.

use std::hint::black_box;
use std::time::Instant;

use policy::{
    Cache, Context, Document, Limits, Policies, Principal, Request, ResourcePolicy, ResourcePolicyMode, Source,
    evaluate, explain,
};

const ACCOUNT: &str = "111122223333";
const QUEUE: &str = "arn:aws:sqs:us-east-1:111122223333:orders";

/// A policy of `count` statements of the kinds that people write; only the last allows the request.
fn policy(count: usize) -> String {
    let other = |n: usize| match n % 4 {
        0 => format!(
            r#"{{"Sid":"S{n}","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::bucket-{n}/${{aws:username}}/*"}}"#
        ),
        1 => format!(
            r#"{{"Sid":"S{n}","Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:*:*:table/t{n}","Condition":{{"StringEquals":{{"aws:ResourceTag/team":"${{aws:PrincipalTag/team}}"}}}}}}"#
        ),
        2 => format!(
            r#"{{"Sid":"S{n}","Effect":"Deny","Action":"sqs:*","Resource":"arn:aws:sqs:*:*:secret-{n}*","Condition":{{"Bool":{{"aws:SecureTransport":"false"}}}}}}"#
        ),
        _ => format!(
            r#"{{"Sid":"S{n}","Effect":"Allow","Action":["sqs:SendMessage","sqs:ReceiveMessage"],"Resource":"arn:aws:sqs:us-east-1:111122223333:q{n}"}}"#
        ),
    };
    let last = r#"{"Sid":"Last","Effect":"Allow","Action":["sqs:Send*","sqs:Get*"],"Resource":"arn:aws:sqs:*:111122223333:ord*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}"#;
    let statements: Vec<String> = (1..count).map(other).chain([last.to_owned()]).collect();
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}

const QUEUE_POLICY: &str = r#"{"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:111122223333:*"}}},
  {"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#;

fn context<'a>(principal: &Principal<'a>) -> Context<'a> {
    let mut context = Context::new();
    principal.add_keys(&mut context);
    for (key, value) in [
        ("aws:SourceIp", "10.1.2.3"),
        ("aws:SecureTransport", "true"),
        ("aws:CurrentTime", "2026-11-22T07:00:00Z"),
        ("aws:EpochTime", "1795330800"),
        ("aws:UserAgent", "aws-cli/1.40"),
        ("aws:RequestedRegion", "us-east-1"),
        ("aws:PrincipalOrgID", "o-exampleorgid"),
        ("aws:PrincipalTag/team", "red"),
        ("aws:ResourceTag/team", "red"),
        ("aws:ResourceAccount", ACCOUNT),
        ("aws:TokenIssueTime", "2026-11-22T06:00:00Z"),
        ("aws:MultiFactorAuthPresent", "false"),
        ("aws:ViaAWSService", "false"),
    ] {
        context.add(key, value);
    }
    context
}

fn request<'a>(principal: &'a Principal<'a>, context: &'a Context<'a>) -> Request<'a> {
    Request { action: "sqs:SendMessage", resource: QUEUE, resource_account: ACCOUNT, principal, context }
}

/// Nanoseconds each, of the quickest of many short runs, so that another process on the core does not count.
fn time<T>(name: &str, mut work: impl FnMut() -> T) {
    const RUNS: u32 = 200;
    let best = (0..1_000).map(|_| {
        #[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
        let start = Instant::now();
        for _ in 0..RUNS {
            black_box(work());
        }
        start.elapsed().as_nanos() / u128::from(RUNS)
    });
    println!("{name:<58} {:>8} ns", best.min().unwrap_or_default());
}

fn main() {
    let parse = |text: &str| Document::parse(text, Limits::default()).expect("a policy");
    let principal = Principal::role_session(
        "arn:aws:sts::111122223333:assumed-role/app/i-1",
        "arn:aws:iam::111122223333:role/app",
        "AROAAPP:i-1",
    );
    let queue_policy = parse(QUEUE_POLICY);
    let resource = ResourcePolicy {
        policy: Some(Source { name: "queue", document: &queue_policy }),
        mode: ResourcePolicyMode::Optional,
    };
    let keys = context(&principal);
    time("context of 19 keys, built", || context(black_box(&principal)));
    let usual = [parse(&policy(5)), parse(&policy(5)), parse(&policy(5))];
    let identity = usual.each_ref().map(|document| Source { name: "p", document });
    let policies = Policies { identity: &identity, resource, ..Policies::default() };
    assert!(evaluate(&request(&principal, &keys), &policies).allowed);
    time("usual: 3 x 5 statements and a queue policy", || {
        evaluate(black_box(&request(&principal, &keys)), black_box(&policies))
    });
    time("usual, its context built too", || {
        let keys = context(black_box(&principal));
        evaluate(&request(&principal, &keys), black_box(&policies))
    });
    time("usual, explained", || explain(black_box(&request(&principal, &keys)), black_box(&policies)));
    let cache = Cache::new(1_000, 1 << 20, Limits::default());
    for count in [1, 10, 100] {
        let text = policy(count);
        let document = parse(&text);
        let identity = [Source { name: "p", document: &document }];
        let policies = Policies { identity: &identity, ..Policies::default() };
        assert!(evaluate(&request(&principal, &keys), &policies).allowed);
        time(&format!("{count} statements"), || evaluate(black_box(&request(&principal, &keys)), black_box(&policies)));
        time(&format!("{count} statements, from the cache by text ({} B)", text.len()), || {
            let document = cache.get(black_box(&text)).expect("a policy");
            let identity = [Source { name: "p", document: &document }];
            evaluate(black_box(&request(&principal, &keys)), &Policies { identity: &identity, ..Policies::default() })
        });
        if count < 100 {
            time(&format!("{count} statements, cold"), || {
                let document = parse(black_box(&text));
                let identity = [Source { name: "p", document: &document }];
                evaluate(
                    black_box(&request(&principal, &keys)),
                    &Policies { identity: &identity, ..Policies::default() },
                )
            });
        }
    }
}
