//! Web pages of elsewhere, and names that anybody may own: the keys that everybody knows do not hold for them.

use crate::support::{self, world as world_with};
use crate::{LOOPBACK, user, world};
use ledger::{Record, Refusal};
use pipeline::{Bootstrap, Peer, Settings};
use serde_json::json;
use testkit::{Answer, Call, Keys, World};
use wire::Request;
use wire::sigv4::AmzDate;

const EVIL: &str = "http://evil.example";
const REBOUND: &str = "rebound.evil.example:4566";

/// What a page can have any browser send without asking first: method, path and query, service, media type, body.
const FORMS: [(&str, &str, &str, &str, &str); 5] = [
    ("POST", "/?", "iam", "application/x-www-form-urlencoded", "Action=CreateUser&UserName=eve&Version=2010-05-08"),
    ("GET", "/?Action=CreateUser&UserName=eve&Version=2010-05-08&", "iam", "", ""),
    ("POST", "/2015-03-31/functions?", "lambda", "text/plain", r#"{"FunctionName":"f"}"#),
    ("POST", "/bkt?delete&", "s3", "text/plain", "<Delete><Object><Key>a</Key></Object></Delete>"),
    ("GET", "/2015-03-31/functions/?", "lambda", "", ""),
];

/// A request that anybody can write, with the key `test` and no secret.
fn forged(world: &World, host: &str, of: (&str, &str, &str, &str, &str), headers: &[(&str, &str)]) -> Request {
    let (method, path, service, kind, body) = of;
    let date = AmzDate::from_epoch(world.cloud().clock().real().secs());
    let text = format!(
        "{method} {host}{path}X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test/{}/us-east-1/{service}/aws4_request\
         &X-Amz-Date={date}&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature={}",
        date.day(),
        "0".repeat(64)
    );
    let typed = (!kind.is_empty()).then_some(("Content-Type", kind));
    let lines = headers.iter().copied().chain(typed);
    let head = lines.fold(text, |head, (name, value)| format!("{head}\n{name}: {value}"));
    world.client().plain(&Keys::nobody(), &format!("{head}\n\n{body}"), world.cloud().clock().real()).unwrap()
}

/// The record of a request from a browser on this machine.
fn sent(world: &World, request: Request) -> Record {
    world.cloud().handle(request, Peer { ip: LOOPBACK, secure: false });
    world.records(1).pop().unwrap()
}

fn cause(record: &Record) -> Option<Refusal> {
    record.refused.as_ref().and_then(|refused| Refusal::parse(&refused.cause))
}

#[test]
fn no_form_of_a_page_of_elsewhere_is_the_roots() {
    let hosts =
        ["127.0.0.1:4566", "localhost:4566", "iam.localhost.localstack.cloud:4566", "sqs.us-east-1.amazonaws.com"];
    let origins = [
        ("http://localhost:3000", true),
        ("http://127.0.0.1:8080", true),
        ("https://app.localhost", true),
        ("http://site.s3-website.localhost.localstack.cloud:4566", true),
        ("vscode-webview://1k2j", true),
        (EVIL, false),
        ("https://evil.example:4566", false),
        ("http://localhost.evil.example", false),
        ("http://6.6.6.6", false),
        ("null", false),
    ];
    for form in FORMS {
        for host in hosts {
            for (origin, home) in origins {
                let world = world();
                let record = sent(&world, forged(&world, host, form, &[("Origin", origin)]));
                let what = format!("{} {} at {host} from {origin}", form.0, form.1);
                assert_eq!(record.caller_kind == "root", home, "{what}: {}", record.error_message);
                if !home {
                    assert_eq!((cause(&record), record.status), (Some(Refusal::StrangePage), 403), "{what}");
                    let refused = record.refused.unwrap_or_default();
                    assert_eq!((refused.access_key.as_str(), refused.detail.as_str()), ("test", origin), "{what}");
                }
            }
        }
    }
}

#[test]
fn a_name_that_anybody_may_own_is_not_believed() {
    for form in FORMS {
        for headers in [&[][..], &[("Origin", "http://rebound.evil.example:4566")], &[("Origin", "http://localhost")]] {
            let world = world();
            let record = sent(&world, forged(&world, REBOUND, form, headers));
            assert_eq!((cause(&record), record.status), (Some(Refusal::StrangeHost), 403), "{} {headers:?}", form.1);
            assert_eq!(record.caller_kind, "anonymous");
        }
        for host in ["terrella:4566", "host.docker.internal:4566", "10.0.0.9:4566", "[::1]:4566", "iam.amazonaws.com"] {
            let world = world();
            assert_eq!(sent(&world, forged(&world, host, form, &[])).caller_kind, "root", "{} {host}", form.1);
        }
    }
}

#[test]
fn who_trusts_the_network_names_the_cloud_as_he_likes() {
    let trusting = || world_with(Settings { bootstrap: Bootstrap::Everywhere, ..Settings::default() });
    for (host, headers, home) in [
        ("aws.corp.example", &[][..], true),
        ("terrella:4566", &[("Origin", "http://web:3000")], true),
        ("192.168.1.5:4566", &[("Origin", "http://192.168.1.9:3000")], true),
        ("aws.corp.example", &[("Origin", "http://localhost:3000")], true),
        ("localhost:4566", &[("Origin", EVIL)], false),
        (REBOUND, &[("Origin", "http://rebound.evil.example:4566")], false),
    ] {
        for form in FORMS {
            let world = trusting();
            let record = sent(&world, forged(&world, host, form, headers));
            assert_eq!(record.caller_kind == "root", home, "{} at {host} {headers:?}", form.1);
        }
    }
}

#[test]
fn a_page_that_is_not_named_may_show_what_it_cannot_read() {
    const BROWSER: (&str, &str) = ("User-Agent", "Mozilla/5.0");
    for headers in [
        &[BROWSER][..],
        &[BROWSER, ("Sec-Fetch-Site", "cross-site")],
        &[BROWSER, ("Sec-Fetch-Site", "cross-site"), ("Referer", "http://evil.example/")],
    ] {
        for (form, home) in [(FORMS[1], false), (FORMS[4], true)] {
            let world = world();
            let record = sent(&world, forged(&world, "localhost:4566", form, headers));
            assert_eq!(record.caller_kind == "root", home, "{} {headers:?}", form.1);
        }
    }
    for headers in [
        &[BROWSER, ("Sec-Fetch-Site", "none")][..],
        &[BROWSER, ("Sec-Fetch-Site", "cross-site"), ("Referer", "http://localhost:3000/")],
        &[("User-Agent", "aws-cli/2.27")],
        &[],
    ] {
        let world = world();
        let record = sent(&world, forged(&world, "localhost:4566", FORMS[1], headers));
        assert_eq!((record.caller_kind.as_str(), record.status), ("root", 200), "{headers:?}");
    }
}

#[test]
fn real_keys_hold_for_every_page() {
    let mut world = world();
    let keys = user(&mut world, "USER");
    let date = world.cloud().clock().real();
    for (keys, expect) in [(&keys, 200), (&Keys::bootstrap(), 400), (&support::root("123456789012"), 400)] {
        let mut request = world.request(keys, ("lab", "List"), &json!({"Name": "", "Number": 0}), date).unwrap();
        request.headers.insert("origin", http::HeaderValue::from_static(EVIL));
        assert_eq!(world.send(request, LOOPBACK, ("lab", "List")).status, expect, "{}", keys.id);
    }
}

fn get(world: &mut World, text: &str) -> Answer {
    match world.http(&Keys::nobody(), text) {
        Ok(Call::Done(answer)) => *answer,
        _ => panic!("{text} is not answered"),
    }
}

#[test]
fn what_needs_no_key_is_for_every_page() {
    let mut world = world();
    let answer = get(&mut world, &format!("POST localhost:4566/_lab/here/\nOrigin: {EVIL}"));
    assert_eq!(answer.status, 299);
    let answer = get(&mut world, &format!("POST a1.lab-front.eu-west-2.amazonaws.com/x\nOrigin: {EVIL}"));
    assert_eq!(answer.status, 299);
    assert_eq!(get(&mut world, &format!("POST {REBOUND}/_lab/here/")).status, 299);
}

#[test]
fn a_bucket_may_name_the_pages_that_write_to_it() {
    let mut world = world();
    let root = Keys::bootstrap();
    assert!(world.call(&root, "s3", "CreateBucket", &json!({"Bucket": "bkt"})).ok());
    let rules = json!([
        {"AllowedOrigins": ["https://app.example"], "AllowedMethods": ["PUT"], "AllowedHeaders": ["*"]},
        {"AllowedOrigins": ["*"], "AllowedMethods": ["PUT", "GET"]},
    ]);
    let cors = json!({"Bucket": "bkt", "CORSConfiguration": {"CORSRules": rules}});
    assert!(world.call(&root, "s3", "PutBucketCors", &cors).ok());
    // That any page may ask is said of no page in particular.
    for (origin, method, home) in [
        ("https://app.example", "PUT", true),
        ("https://app.example", "GET", false),
        ("https://other.example", "PUT", false),
        ("http://localhost:3000", "PUT", true),
    ] {
        let form = (method, "/bkt/key?", "s3", "", "hello");
        let record = sent(&world, forged(&world, "localhost:4566", form, &[("Origin", origin)]));
        assert_eq!(record.caller_kind == "root", home, "{method} from {origin}: {}", record.error_message);
    }
    let record =
        sent(&world, forged(&world, REBOUND, ("PUT", "/bkt/key?", "s3", "", ""), &[("Origin", "https://app.example")]));
    assert_eq!(cause(&record), Some(Refusal::StrangeHost));
}
