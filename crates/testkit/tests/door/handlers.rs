//! Handlers that break, and decisions that are taken again.

use crate::support::lab::BETWEEN;
use crate::support::{grant, policy};
use crate::{LOOPBACK, lab, listed, texts, thing, user, world};
use pipeline::Peer;
use serde_json::json;
use std::sync::Arc;
use testkit::{Call, Keys, World};

#[test]
fn a_panic_is_a_recorded_500_that_leaves_nothing() {
    for (operation, text) in [("Break", "the lab is on fire"), ("BreakReading", "the book is on fire")] {
        let mut world = world();
        let answer = world.call(&Keys::bootstrap(), "lab", operation, &thing("a", 0));
        assert_eq!((answer.status, answer.code.as_str()), (500, "InternalFailure"));
        assert!(!answer.message.contains("fire"), "the cause is no client's business: {}", answer.message);
        let records = world.records(100);
        assert_eq!((records.len(), records[0].status, records[0].operation.as_str()), (1, 500, operation));
        assert_eq!(records[0].error_message, format!("a handler panicked: {text}"));
        assert!(listed(&mut world).is_empty(), "what it wrote remains");
        lab(&mut world, "Put", "b", 0);
        assert_eq!(listed(&mut world), ["b"]);
    }
}

/// Has the root make a call between the next decision on `Interrupt` and the writer's lock.
fn between(world: &World, operation: &str, name: &str) {
    let date = world.cloud().clock().real();
    let request = world.request(&Keys::bootstrap(), ("lab", operation), &thing(name, 0), date).unwrap();
    let cloud = Arc::clone(world.cloud());
    BETWEEN.set(Some(Box::new(move || drop(cloud.handle(request, Peer { ip: LOOPBACK, secure: false })))));
}

#[test]
fn a_writer_is_judged_by_the_state_that_it_changes() {
    let mut world = world();
    let keys = user(&mut world, "WRITER");
    assert!(world.call(&keys, "lab", "Interrupt", &thing("a", 0)).ok());

    // A change that takes nothing from the caller makes no difference.
    between(&world, "Revoke", "SOMEBODY-ELSE");
    assert!(world.call(&keys, "lab", "Interrupt", &thing("b", 0)).ok());
    between(&world, "Put", "ordinary");
    assert!(world.call(&keys, "lab", "Interrupt", &thing("c", 0)).ok());

    between(&world, "Revoke", "WRITER");
    let before = world.records(100).len();
    let answer = world.call(&keys, "lab", "Interrupt", &thing("d", 0));
    assert_eq!(answer.code, "AccessDeniedException", "{answer:?}");
    let records = world.records(100);
    assert_eq!(records.len(), before + 2, "the revocation and the denial");
    assert_eq!((records[0].operation.as_str(), records[0].decision.as_str()), ("Interrupt", "denied"));
    assert!(records[0].proof.starts_with('{'), "{}", records[0].proof);
    assert_eq!(listed(&mut world), ["a", "b", "c", "ordinary"]);
    assert_eq!(world.call(&keys, "lab", "List", &thing("", 0)).code, "UnrecognizedClientException");
}

#[test]
fn who_waits_is_judged_again_when_he_is_woken() {
    let mut world = world();
    let keys = user(&mut world, "WAITER");
    let Call::Waiting(ticket) = world.begin(&keys, "lab", "Take", &thing("bread", 60)) else {
        panic!("it does not wait")
    };
    lab(&mut world, "Revoke", "WAITER", 0);
    lab(&mut world, "Give", "bread", 1);
    let answer = world.take(ticket).unwrap();
    assert_eq!(answer.code, "AccessDeniedException", "{answer:?}");
    assert_eq!(listed(&mut world), ["bread x1"]);
}

#[test]
fn a_change_of_policy_holds_for_the_next_call() {
    let mut world = world();
    let put = |world: &mut World, keys: &Keys| world.call(keys, "lab", "Put", &thing("a", 0)).code;
    for (allowed, expect) in [("lab:Put", ""), ("lab:List", "AccessDeniedException"), ("lab:*", "")] {
        let policies = [policy("Allow", &[(allowed, "*")])];
        let row = json!({"AccessKey": "CHANGING", "Account": "000000000000", "Policies": policies});
        let (keys, _) = grant(&mut world, &row);
        assert_eq!(put(&mut world, &keys), expect, "{allowed}");
    }
    let who = world.call(&Keys::bootstrap(), "lab", "WhoAmI", &thing("", 0));
    assert_eq!(texts(&who)[0], "arn:aws:iam::000000000000:root");
}
