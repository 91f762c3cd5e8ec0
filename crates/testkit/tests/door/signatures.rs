//! Whom the door believes.

use crate::support::grant;
use crate::{LOOPBACK, listed, thing, user, world};
use clock::Timestamp;
use http::{HeaderValue, Method};
use ledger::Refusal;
use serde_json::json;
use std::time::Duration;
use testkit::{Answer, Keys, World};
use wire::Request;
use wire::sigv4::{AmzDate, PathStyle, SignPayload, Signer};

const DAY: Duration = Duration::from_secs(86_400);

fn put(world: &mut World, keys: &Keys, date: Timestamp) -> Answer {
    let request = world.request(keys, ("lab", "Put"), &thing("a", 0), date).unwrap();
    world.send(request, LOOPBACK, ("lab", "Put"))
}

#[test]
fn keys_must_be_known_right_and_current() {
    let mut world = world();
    let now = world.cloud().clock().now();
    let user = user(&mut world, "USER");
    let session = json!({
        "AccessKey": "SESSION", "Account": "000000000000", "Token": "the-token",
        "Expires": now.after(Duration::from_secs(900)).iso8601(),
    });
    let (session, _) = grant(&mut world, &session);
    let token = |token: Option<&str>| Keys { token: token.map(str::to_owned), ..session.clone() };
    for (keys, code, cause) in [
        (Keys::of("AKIANOBODYKNOWSTHIS1", "secret"), "UnrecognizedClientException", Some(Refusal::UnknownKey)),
        (Keys::of("USER", "wrong"), "InvalidSignatureException", Some(Refusal::Signature)),
        (Keys { token: Some("any".to_owned()), ..user }, "UnrecognizedClientException", Some(Refusal::UnknownSession)),
        (token(None), "UnrecognizedClientException", Some(Refusal::UnknownKey)),
        (token(Some("another")), "UnrecognizedClientException", Some(Refusal::UnknownSession)),
        (session.clone(), "AccessDeniedException", None),
    ] {
        let answer = put(&mut world, &keys, now);
        assert_eq!((answer.status, answer.code.as_str()), (400, code), "{keys:?}");
        let record = world.records(1).pop().unwrap();
        assert_eq!((record.error_code.as_str(), record.operation.as_str()), (code, "Put"), "{keys:?}");
        let refused = record.refused.map(|refused| (Refusal::parse(&refused.cause), refused.access_key));
        assert_eq!(refused, cause.map(|cause| (Some(cause), keys.id.clone())), "{keys:?}");
    }
    world.advance(Duration::from_secs(899)).unwrap();
    assert_eq!(put(&mut world, &session, now).code, "AccessDeniedException");
    world.advance(Duration::from_secs(1)).unwrap();
    assert_eq!(put(&mut world, &session, now).code, "ExpiredTokenException");
    assert!(listed(&mut world).is_empty());
}

#[test]
fn who_is_late_is_told_the_nearer_of_the_two_times() {
    let mut world = world();
    let keys = user(&mut world, "USER");
    let real = world.cloud().clock().real();
    world.advance(DAY * 2).unwrap();
    let (minutes, now) = (Duration::from_secs(960), world.cloud().clock().now());
    for (date, words, told) in [
        (real.before(minutes), "Signature expired: ", real),
        (real.after(minutes), "Signature not yet current: ", real),
        (now.before(minutes), "Signature expired: ", now),
        (now.after(minutes), "Signature not yet current: ", now),
    ] {
        let answer = put(&mut world, &keys, date);
        let told = AmzDate::from_epoch(told.secs()).to_string();
        assert!(
            answer.message.starts_with(words) && answer.message.contains(&format!("({told} ")),
            "{}",
            answer.message
        );
        let refused = world.records(1).pop().unwrap().refused.unwrap_or_default();
        assert_eq!(Refusal::parse(&refused.cause), Some(Refusal::ClockSkew));
        assert_eq!(refused.detail, format!("signed at {}, come at {told}", AmzDate::from_epoch(date.secs())));
    }
}

#[test]
fn the_machines_time_counts_and_virtual_time_too() {
    let mut world = world();
    let keys = user(&mut world, "USER");
    let real = world.cloud().clock().real();
    world.advance(DAY * 90).unwrap();
    for start in [real, real.after(DAY * 90)] {
        for (minutes, right) in [(0, true), (14, true), (16, false)] {
            let off = Duration::from_secs(minutes * 60);
            for date in [start.before(off), start.after(off)] {
                let answer = put(&mut world, &keys, date);
                let code = if right { "" } else { "InvalidSignatureException" };
                assert_eq!(answer.code, code, "{minutes} minutes off at {}: {}", date.iso8601(), answer.message);
            }
        }
    }
}

/// Signs a request anew, its payload's hash being `payload`.
fn signed(mut request: Request, payload: SignPayload<'_>, date: Timestamp) -> Request {
    let (mut parts, ()) = http::Request::post("http://localhost:4566/").body(()).unwrap().into_parts();
    parts.headers = request.headers;
    signer("USER", "lab").sign(&mut parts, payload, AmzDate::from_epoch(date.secs())).unwrap();
    request.headers = parts.headers;
    request
}

fn signer<'a>(access_key: &'a str, service: &'a str) -> Signer<'a> {
    Signer {
        access_key,
        secret: crate::support::lab::SECRET,
        session_token: None,
        region: "us-east-1",
        service,
        style: PathStyle::Other,
    }
}

#[test]
fn the_signature_covers_every_byte() {
    let mut world = world();
    user(&mut world, "USER");
    let date = world.cloud().clock().real();
    let bare = world.request(&Keys::nobody(), ("lab", "Put"), &thing("a", 0), date).unwrap();
    let good = signed(bare.clone(), SignPayload::Bytes(&bare.body), date);
    let tampered = |change: &dyn Fn(&mut Request)| {
        let mut request = good.clone();
        change(&mut request);
        request
    };
    let target = HeaderValue::from_static("Lab.Break");
    for (what, request) in [
        ("an unsigned payload", signed(bare.clone(), SignPayload::Word("UNSIGNED-PAYLOAD"), date)),
        ("another payload", signed(bare.clone(), SignPayload::Bytes(b"{}"), date)),
        ("a body changed on the way", tampered(&|r| r.body = r#"{"Name":"b"}"#.into())),
        ("a target changed on the way", tampered(&|r| drop(r.headers.insert("x-amz-target", target.clone())))),
        ("a path changed on the way", tampered(&|r| r.path = "/other".to_owned())),
        ("a query added on the way", tampered(&|r| r.query = "a=b".to_owned())),
        (
            "a date changed on the way",
            tampered(&|r| {
                let date = AmzDate::from_epoch(date.secs() + 1).to_string();
                r.headers.insert("x-amz-date", HeaderValue::from_str(&date).unwrap());
            }),
        ),
    ] {
        let answer = world.send(request, LOOPBACK, ("lab", "Put"));
        assert_eq!((answer.status, answer.code.as_str()), (400, "InvalidSignatureException"), "{what}: {answer:?}");
    }
    assert!(listed(&mut world).is_empty());
    assert!(world.send(good, LOOPBACK, ("lab", "Put")).ok());
    assert_eq!(listed(&mut world), ["a"]);
}

/// A link to a list of queues, good for an hour from `date` on.
fn presigned(world: &World, access_key: &str, date: Timestamp) -> Request {
    let mut request = world.request(&Keys::nobody(), ("sqs", "ListQueues"), &json!({}), date).unwrap();
    request.headers.clear();
    request.headers.insert("host", HeaderValue::from_static("localhost:4566"));
    let uri = "http://localhost:4566/?Action=ListQueues&Version=2012-11-05";
    let (mut parts, ()) = http::Request::get(uri).body(()).unwrap().into_parts();
    parts.headers = request.headers.clone();
    signer(access_key, "sqs").presign(&mut parts, 3_600, AmzDate::from_epoch(date.secs())).unwrap();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    Request { method: Method::GET, path: "/".to_owned(), query, body: Default::default(), ..request }
}

/// The status that a link is answered with.
fn follow(world: &mut World, link: &Request) -> u16 {
    world.send(link.clone(), LOOPBACK, ("sqs", "ListQueues"));
    u16::try_from(world.records(1)[0].status).unwrap()
}

#[test]
fn a_link_ends_in_virtual_time_whoever_made_it() {
    for access_key in ["USER", "test", "123456789012"] {
        let mut world = world();
        user(&mut world, "USER");
        let real = world.cloud().clock().real();
        let link = presigned(&world, access_key, real.before(Duration::from_secs(1)));
        let mut changed = link.clone();
        changed.query = changed.query.replace("ListQueues", "CreateQueue");
        assert_eq!(follow(&mut world, &link), 200, "{access_key}");
        // Any secret is the right one of a key that everybody knows.
        assert_eq!(follow(&mut world, &changed), if access_key == "USER" { 403 } else { 400 }, "{access_key}");
        world.advance(Duration::from_secs(3_598)).unwrap();
        assert_eq!(follow(&mut world, &link), 200, "{access_key}");
        world.advance(Duration::from_secs(2)).unwrap();
        assert_eq!(follow(&mut world, &link), 403, "{access_key}");
        let refused = world.records(1).pop().unwrap().refused.unwrap_or_default();
        assert_eq!(Refusal::parse(&refused.cause), Some(Refusal::LinkNotCurrent), "{access_key}");
        assert_eq!(refused.access_key, access_key);
        // Signed after the wind by a clock that knows nothing of it, and by one that does.
        for date in [real, world.cloud().clock().now()] {
            let link = presigned(&world, access_key, date);
            assert_eq!(follow(&mut world, &link), 200, "{access_key} {}", date.iso8601());
        }
    }
}

#[test]
fn a_link_of_the_old_kind_ends_too() {
    let mut world = world();
    let root = Keys::bootstrap();
    assert!(world.call(&root, "s3", "CreateBucket", &json!({"Bucket": "bkt"})).ok());
    assert!(world.call(&root, "s3", "PutObject", &json!({"Bucket": "bkt", "Key": "k", "Body": "aGVsbG8="})).ok());
    let end = world.cloud().clock().real().secs() + 60;
    let link = Request {
        path: "/bkt/k".to_owned(),
        query: format!("AWSAccessKeyId=test&Signature=any&Expires={end}"),
        host: "localhost:4566".to_owned(),
        ..Request::default()
    };
    for (seconds, status) in [(0, 200), (60, 200), (1, 403)] {
        world.advance(Duration::from_secs(seconds)).unwrap();
        assert_eq!(follow(&mut world, &link), status, "{seconds} seconds later");
    }
}
