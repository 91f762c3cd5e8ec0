//! Faults on purpose, as requests meet them.

use crate::{listed, progress, thing, world};
use pipeline::faults::FaultRule;
use pipeline::{Broken, Progress};
use serde_json::{Value as Json, json};
use std::time::Duration;
use testkit::{Keys, World};

pub fn rule(world: &World, rule: &Json) -> String {
    world.cloud().faults().add(FaultRule::parse(rule).unwrap()).unwrap()
}

fn put(world: &mut World, name: &str) -> (u16, String) {
    let answer = world.call(&Keys::bootstrap(), "lab", "Put", &thing(name, 0));
    (answer.status, answer.code)
}

#[test]
fn a_rule_makes_matching_requests_fail_and_no_others() {
    for (error, status, code) in [
        (json!("throttling"), 400, "ThrottlingException"),
        (json!("500"), 500, "InternalFailure"),
        (json!("503"), 503, "ServiceUnavailable"),
        (json!({"code": "Busy", "status": 429, "message": "later"}), 429, "Busy"),
        (json!("timeout"), 0, "NotCalled"),
        (json!("connection reset"), 0, "NotCalled"),
    ] {
        let mut world = world();
        let id = rule(&world, &json!({"service": "lab", "operation": "Pu?", "error": error}));
        assert_eq!(put(&mut world, "a"), (status, code.to_owned()), "{error}");
        let record = world.records(1).pop().unwrap();
        assert_eq!((record.status, record.faulted_by), (i64::from(status), id.clone()), "{error}");
        assert!(listed(&mut world).is_empty(), "{error}");
        assert!(world.cloud().faults().remove(&id));
        assert_eq!(put(&mut world, "b"), (200, String::new()), "{error}");
    }
}

#[test]
fn a_rule_strikes_as_often_as_it_says() {
    let mut world = world();
    for (with, expect) in [
        (json!({"count": 2}), [500, 500, 200, 200]),
        (json!({"probability": 0.0}), [200; 4]),
        (json!({"probability": 1.0}), [500; 4]),
    ] {
        let mut wanted = json!({"id": "it", "operation": "Put", "error": "500"});
        wanted.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
        rule(&world, &wanted);
        assert_eq!([(); 4].map(|()| put(&mut world, "a").0), expect, "{with}");
    }
}

#[test]
fn a_rule_ends_in_virtual_time() {
    let mut world = world();
    let end = world.cloud().clock().now().after(Duration::from_secs(3600));
    rule(&world, &json!({"operation": "Put", "error": "500", "expires": end.iso8601()}));
    world.advance(Duration::from_secs(3599)).unwrap();
    assert_eq!(put(&mut world, "a").0, 500);
    world.advance(Duration::from_secs(1)).unwrap();
    assert_eq!(put(&mut world, "a").0, 200);
}

#[test]
fn a_slow_request_does_its_work_once_and_a_broken_one_none() {
    let mut world = world();
    rule(&world, &json!({"id": "slow", "operation": "Put", "latency": 250, "count": 1}));
    let Progress::Delayed(delayed) = progress(&world, "Put", &thing("a", 0)) else { panic!("it is not slow") };
    assert_eq!(delayed.wait(), Duration::from_millis(250));
    assert!(listed(&mut world).is_empty(), "it ran before its time");
    let before = world.records(100).len();
    assert!(matches!(delayed.resume(), Progress::Done(reply) if reply.status == 200));
    let record = world.records(1).pop().unwrap();
    assert_eq!((world.records(100).len(), record.faulted_by.as_str()), (before + 1, "slow"));
    assert_eq!(listed(&mut world), ["a"]);

    rule(&world, &json!({"id": "dead", "operation": "Put", "latency": 5, "error": "connection reset"}));
    let Progress::Delayed(delayed) = progress(&world, "Put", &thing("b", 0)) else { panic!("it is not slow") };
    assert!(matches!(delayed.resume(), Progress::Broken(Broken::Reset)));
    assert_eq!(listed(&mut world), ["a"]);
}

#[test]
fn who_is_denied_is_not_struck() {
    let mut world = world();
    rule(&world, &json!({"operation": "Put", "error": "500"}));
    let (keys, _) = crate::support::grant(&mut world, &json!({"AccessKey": "NOBODY", "Account": "000000000000"}));
    assert_eq!(world.call(&keys, "lab", "Put", &thing("a", 0)).code, "AccessDeniedException");
    assert_eq!(world.cloud().faults().list(world.cloud().clock().now())[0].hits, 0);
}
