//! Plain HTTP goes through the door as every operation does.

use crate::{listed, support, user, world};
use serde_json::json;
use testkit::{Answer, Call, Keys, World};

fn get(world: &mut World, keys: &Keys, request: &str) -> Answer {
    match world.http(keys, request) {
        Ok(Call::Done(answer)) => *answer,
        Ok(Call::Waiting(_)) => panic!("{request} waits"),
        Err(why) => panic!("{request}: {why}"),
    }
}

#[test]
fn a_front_is_found_by_its_host_and_by_its_path() {
    let mut world = world();
    let nobody = Keys::nobody();
    let answer = get(&mut world, &nobody, "POST a1.lab-front.eu-west-2.amazonaws.com/x/%20y?q=1\nX-Lab: hello\n\nbody");
    let told = json!({
        "caller": "*", "account": "000000000000", "region": "eu-west-2", "rest": "a1", "path": "/x/%20y",
        "query": "q=1", "x": "hello", "body": "body",
    });
    assert_eq!((answer.status, &answer.output), (299, &told));
    let answer = get(&mut world, &nobody, "GET localhost:4566/_lab/here/?Action=ListQueues");
    assert_eq!((answer.status, answer.output["path"].as_str()), (299, Some("/_lab/here/")));
    let record = world.records(1).pop().unwrap_or_default();
    assert_eq!((record.service.as_str(), record.operation.as_str(), record.status), ("lab", "Echo", 299));
    assert_eq!((record.decision.as_str(), record.data), ("public", true));
    // Under another service's host, and signed for another service, it is not meant.
    for other in ["GET sqs.us-east-1.amazonaws.com/_lab/here/", "GET localhost:4566/_lab/here/\nsign: sqs"] {
        assert_ne!(get(&mut world, &Keys::bootstrap(), other).status, 299, "{other}");
    }
}

#[test]
fn it_happens_to_whom_the_input_names() {
    let mut world = world();
    let answer = get(&mut world, &Keys::nobody(), "GET localhost:4566/_lab/there/");
    assert_eq!(
        (answer.output["account"].as_str(), answer.output["region"].as_str()),
        (Some("222222222222"), Some("eu-west-1"))
    );
    let record = world.records(1).pop().unwrap_or_default();
    assert_eq!((record.account, record.region.as_str()), (222_222_222_222, "eu-west-1"));
}

#[test]
fn who_signs_is_verified_and_who_must_sign_is_judged() {
    let mut world = world();
    let ann = user(&mut world, "ANN");
    let answer = get(&mut world, &ann, "GET localhost:4566/_lab/here/\nsign: lab");
    assert_eq!(answer.output["caller"].as_str(), Some("arn:aws:iam::000000000000:user/ANN"));
    let forged = Keys::of("ANN", "another secret");
    assert_eq!(get(&mut world, &forged, "GET localhost:4566/_lab/here/\nsign: lab").status, 403);
    // What is no signature is the front's own to read.
    let bearer = "GET localhost:4566/_lab/here/\nAuthorization: allow";
    assert_eq!(get(&mut world, &Keys::nobody(), bearer).output["caller"].as_str(), Some("*"));

    let closed = "GET localhost:4566/_lab/closed/\nsign: lab";
    assert_eq!(get(&mut world, &ann, closed).status, 299);
    let none = support::policy("Allow", &[("lab:Other", "*")]);
    let bob = support::grant(&mut world, &json!({"AccessKey": "BOB", "Account": "000000000000", "Policies": [none]})).0;
    let denied = get(&mut world, &bob, closed);
    assert_eq!(denied.status, 403, "{denied:?}");
    assert!(denied.output.to_string().contains("is not authorized to perform: lab:Echo"), "{denied:?}");
    assert_eq!(get(&mut world, &Keys::nobody(), "GET localhost:4566/_lab/closed/").status, 403);
}

#[test]
fn it_may_ask_a_peer() {
    let mut world = world();
    let answer = get(&mut world, &Keys::nobody(), "GET localhost:4566/_lab/asks/");
    assert_eq!(answer.status, 299, "{answer:?}");
    let operations: Vec<String> = world.records(2).into_iter().map(|record| record.operation).collect();
    assert_eq!(operations, ["Echo", "WhoAmI"]);
}

#[test]
fn what_a_failure_keeps_stays_and_the_rest_goes() {
    let mut world = world();
    for (path, code) in [("kept", "Kept"), ("lost", "Lost")] {
        let answer = get(&mut world, &Keys::nobody(), &format!("GET localhost:4566/_lab/{path}/"));
        assert_eq!(answer.status, 400, "{answer:?}");
        assert_eq!(world.records(1)[0].error_code, code);
    }
    assert_eq!(listed(&mut world), ["kept"]);
}
