//! Requests whose host names the first segment of their path.

use crate::LOOPBACK;
use http::{HeaderMap, HeaderValue, Method};
use pipeline::{Peer, Progress};
use serde_json::json;
use testkit::{Keys, World};
use wire::Request;
use wire::sigv4::{AmzDate, PathStyle, SignPayload, Signer};

/// The status and body of a GET that is signed for the path as it is sent.
fn get(world: &World, keys: Option<&Keys>, (host, path): (&str, &str)) -> (u16, Vec<u8>) {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_str(host).unwrap());
    if let Some(keys) = keys {
        let mut http =
            http::Request::builder().method(Method::GET).uri(format!("http://{host}{path}")).body(()).unwrap();
        http.headers_mut().clone_from(&headers);
        let (mut parts, ()) = http.into_parts();
        let signer = Signer {
            access_key: &keys.id,
            secret: &keys.secret,
            session_token: None,
            region: "us-east-1",
            service: "s3",
            style: PathStyle::S3,
        };
        let date = AmzDate::from_epoch(world.cloud().clock().real().secs());
        signer.sign(&mut parts, SignPayload::Word("UNSIGNED-PAYLOAD"), date).unwrap();
        headers = parts.headers;
    }
    let request = Request {
        method: Method::GET,
        path: path.to_owned(),
        query: String::new(),
        host: host.to_owned(),
        headers,
        body: bytes::Bytes::new(),
    };
    match world.cloud().handle(request, Peer { ip: LOOPBACK, secure: false }) {
        Progress::Done(reply) => (reply.status, reply.body.to_vec()),
        _ => panic!("it is not answered at once"),
    }
}

#[test]
fn a_bucket_in_the_host_is_the_bucket_of_the_path() {
    let mut world = World::default();
    let root = Keys::bootstrap();
    let mut call = |service: &str, operation: &str, input: serde_json::Value| {
        let answer = world.call(&root, service, operation, &input);
        assert!(answer.ok(), "{operation}: {} {}", answer.code, answer.message);
        answer.output
    };
    call("s3", "CreateBucket", json!({"Bucket": "my.photos"}));
    call("s3", "PutObject", json!({"Bucket": "my.photos", "Key": "a/../b c", "Body": "aGVsbG8="}));
    call("iam", "CreateUser", json!({"UserName": "ann"}));
    let all = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    call("iam", "PutUserPolicy", json!({"UserName": "ann", "PolicyName": "p", "PolicyDocument": all}));
    let key = call("iam", "CreateAccessKey", json!({"UserName": "ann"}));
    let text = |name: &str| key["AccessKey"][name].as_str().unwrap().to_owned();
    let keys = Keys::of(&text("AccessKeyId"), &text("SecretAccessKey"));
    for (host, path) in [
        ("localhost:4566", "/my.photos/a/../b%20c"),
        ("my.photos.localhost:4566", "/a/../b%20c"),
        ("my.photos.s3.us-east-1.amazonaws.com", "/a/../b%20c"),
        ("my.photos.s3.localhost.localstack.cloud:4566", "/a/../b%20c"),
    ] {
        assert_eq!(get(&world, Some(&keys), (host, path)), (200, b"hello".to_vec()), "{host}");
        assert_eq!(get(&world, None, (host, path)).0, 403, "{host}");
        let wrong = Keys::of(&keys.id, "another secret");
        assert_eq!(get(&world, Some(&wrong), (host, path)).0, 403, "{host}");
    }
    assert_eq!(get(&world, Some(&keys), ("other.localhost:4566", "/a")).0, 404);
}
