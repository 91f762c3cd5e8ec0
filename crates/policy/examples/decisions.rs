//! What a decision costs, as a table or, with `--json`, as JSON: `cargo run --release -p policy --example decisions -- --json`.

use std::hint::black_box;
use std::time::{Duration, Instant};

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

/// What one kind of decision takes, in nanoseconds.
struct Cost {
    name: String,
    /// Of the quickest of many short runs, so that another process on the core does not count.
    best: u128,
    /// In the middle of single decisions, and of all but one in a hundred; the clock itself takes some 25 of it.
    median: u128,
    p99: u128,
    /// How many one core makes in a second, one after the other.
    per_second: u128,
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn now() -> Instant {
    Instant::now()
}

/// How long each kind is measured, once in runs and once singly.
const SPAN: Duration = Duration::from_millis(500);

fn time<T>(costs: &mut Vec<Cost>, name: &str, mut work: impl FnMut() -> T) {
    const RUNS: u32 = 50;
    let (begun, mut best, mut runs) = (now(), u128::MAX, 0);
    while begun.elapsed() < SPAN {
        let start = now();
        for _ in 0..RUNS {
            black_box(work());
        }
        best = best.min(start.elapsed().as_nanos() / u128::from(RUNS));
        runs += u128::from(RUNS);
    }
    let per_second = runs * 1_000_000_000 / begun.elapsed().as_nanos().max(1);
    let mut singles = Vec::new();
    let begun = now();
    while begun.elapsed() < SPAN {
        let start = now();
        black_box(work());
        singles.push(start.elapsed().as_nanos());
    }
    singles.sort_unstable();
    let at = |share: usize| singles.get(singles.len() * share / 100).copied().unwrap_or_default();
    costs.push(Cost { name: name.to_owned(), best, median: at(50), p99: at(99), per_second });
}

fn print(costs: &[Cost], json: bool) {
    if json {
        let row = |cost: &Cost| {
            serde_json::json!({"name": cost.name, "bestNanos": cost.best, "medianNanos": cost.median,
                "p99Nanos": cost.p99, "perSecond": cost.per_second})
        };
        println!("{:#}", serde_json::Value::Array(costs.iter().map(row).collect()));
        return;
    }
    println!("{:<58} {:>9} {:>9} {:>9} {:>12}", "nanoseconds", "best", "median", "p99", "a second");
    for cost in costs {
        println!("{:<58} {:>9} {:>9} {:>9} {:>12}", cost.name, cost.best, cost.median, cost.p99, cost.per_second);
    }
}

fn main() {
    #[expect(clippy::disallowed_methods, reason = "an example is its own program")]
    let json = std::env::args().any(|argument| argument == "--json");
    let mut costs = Vec::new();
    let costs = &mut costs;
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
    time(costs, "context of 19 keys, built", || context(black_box(&principal)));
    let usual = [parse(&policy(5)), parse(&policy(5)), parse(&policy(5))];
    let identity = usual.each_ref().map(|document| Source { name: "p", document });
    let policies = Policies { identity: &identity, resource, ..Policies::default() };
    assert!(evaluate(&request(&principal, &keys), &policies).allowed);
    time(costs, "usual: 3 x 5 statements and a queue policy", || {
        evaluate(black_box(&request(&principal, &keys)), black_box(&policies))
    });
    time(costs, "usual, its context built too", || {
        let keys = context(black_box(&principal));
        evaluate(&request(&principal, &keys), black_box(&policies))
    });
    time(costs, "usual, explained", || explain(black_box(&request(&principal, &keys)), black_box(&policies)));
    let cache = Cache::new(1_000, 1 << 20, Limits::default());
    for count in [1, 10, 100] {
        let text = policy(count);
        let document = parse(&text);
        let identity = [Source { name: "p", document: &document }];
        let policies = Policies { identity: &identity, ..Policies::default() };
        assert!(evaluate(&request(&principal, &keys), &policies).allowed);
        time(costs, &format!("{count} statements"), || {
            evaluate(black_box(&request(&principal, &keys)), black_box(&policies))
        });
        time(costs, &format!("{count} statements, from the cache by text ({} B)", text.len()), || {
            let document = cache.get(black_box(&text)).expect("a policy");
            let identity = [Source { name: "p", document: &document }];
            evaluate(black_box(&request(&principal, &keys)), &Policies { identity: &identity, ..Policies::default() })
        });
        time(costs, &format!("{count} statements, cold"), || {
            let document = parse(black_box(&text));
            let identity = [Source { name: "p", document: &document }];
            evaluate(black_box(&request(&principal, &keys)), &Policies { identity: &identity, ..Policies::default() })
        });
    }
    print(costs, json);
}
