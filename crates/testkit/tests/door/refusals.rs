//! What is not there, and what is too much.

use crate::support;
use crate::{LOOPBACK, thing, world};
use http::HeaderValue;
use pipeline::Settings;
use serde_json::json;
use testkit::{Call, Keys, World};

#[test]
fn what_is_not_built_is_named() {
    let mut world = world();
    let answer = world.call(&Keys::bootstrap(), "lab", "Dream", &thing("a", 0));
    assert_eq!((answer.status, answer.code.as_str()), (400, "NotImplemented"));
    assert!(answer.message.starts_with("lab:Dream is not implemented here."), "{}", answer.message);
    let record = world.records(1).pop().unwrap();
    assert_eq!((record.operation.as_str(), record.status, record.caller_kind.as_str()), ("Dream", 400, "root"));
}

#[test]
fn what_nobody_has_is_refused_as_aws_refuses_it() {
    let mut world = world();
    let date = world.cloud().clock().real();
    let json = world.request(&Keys::bootstrap(), ("lab", "Put"), &thing("a", 0), date).unwrap();
    let mut target = json.clone();
    target.headers.insert("x-amz-target", HeaderValue::from_static("Lab.Nothing"));
    let mut query = world.request(&Keys::nobody(), ("sqs", "ListQueues"), &json!({}), date).unwrap();
    query.headers.remove("x-amz-target");
    query.headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
    query.host = "sqs.us-east-1.amazonaws.com".to_owned();
    query.body = "Action=Nothing&Version=2012-11-05".into();
    let mut service = json.clone();
    service.headers.remove("x-amz-target");
    let scope = service.header("authorization").unwrap_or_default().replace("/lab/", "/nothing/");
    service.headers.insert("authorization", HeaderValue::from_str(&scope).unwrap());
    for (request, expect) in [
        (target, (400, "UnknownOperationException")),
        (query, (400, "InvalidAction")),
        (service, (404, "UnknownService")),
    ] {
        let before = world.records(100).len();
        let answer = world.send(request, LOOPBACK, ("lab", "Put"));
        assert_eq!((answer.status, answer.code.as_str()), expect, "{answer:?}");
        let records = world.records(100);
        assert_eq!((records.len(), records[0].error_code.contains(expect.1)), (before + 1, true), "{expect:?}");
    }
}

#[test]
fn a_browsers_upload_form_is_refused_by_name() {
    let mut world = world();
    assert!(world.call(&Keys::bootstrap(), "s3", "CreateBucket", &json!({"Bucket": "bkt"})).ok());
    for (host, path) in [
        ("localhost:4566", "/bkt"),
        ("localhost:4566", "/bkt/"),
        ("s3.localhost.localstack.cloud:4566", "/bkt"),
        ("bkt.s3.amazonaws.com", "/"),
        ("bkt.localhost:4566", "/"),
    ] {
        let form = "--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na\r\n--x--\r\n";
        let text = format!("POST {host}{path}\nContent-Type: multipart/form-data; boundary=x\n\n{form}");
        let Ok(Call::Done(answer)) = world.http(&Keys::nobody(), &text) else { panic!("{host} is not answered") };
        let said = answer.output.as_str().unwrap_or_default();
        assert!(answer.status == 400 && said.contains("POST policies are not supported here"), "{host}{path}: {said}");
        let record = world.records(1).pop().unwrap();
        assert_eq!((record.service.as_str(), record.error_code.as_str()), ("s3", "InvalidRequest"), "{host}{path}");
    }
}

fn list(world: &mut World, keys: &Keys) -> u16 {
    let answer = world.call(keys, "lab", "List", &thing("", 0));
    if !answer.ok() {
        assert_eq!((answer.code.as_str(), answer.message.as_str()), ("ThrottlingException", "Rate exceeded"));
        assert_eq!(world.records(1)[0].throttled_by, "lab:List");
    }
    answer.status
}

#[test]
fn rate_buckets_are_enforced_if_the_operator_wants_them() {
    for (throttle, expect) in [(false, [200, 200, 200, 200]), (true, [200, 200, 400, 400])] {
        let mut world = support::world(Settings { throttle, ..Settings::default() });
        assert_eq!([(); 4].map(|()| list(&mut world, &Keys::bootstrap())), expect);
        // Another account, another region and another operation have buckets of their own.
        assert_eq!(list(&mut world, &support::root("123456789012")), 200);
        assert_eq!(list(&mut world, &Keys::bootstrap().in_region("eu-west-1")), 200);
        assert!(world.call(&Keys::bootstrap(), "lab", "Put", &thing("a", 0)).ok());
    }
}
