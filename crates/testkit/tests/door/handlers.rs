//! Handlers that break, and decisions that are taken again.

use crate::support::lab::{BETWEEN, SECRET};
use crate::support::{grant, policy};
use crate::{LOOPBACK, lab, listed, texts, thing, user, world};
use pipeline::{Peer, Progress};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use testkit::{Call, Keys, World};
use wire::Request;

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

/// While one thread takes a writer's rights and gives them back, others write in his name: whoever gets through does so
/// on a state in which he may.
#[test]
fn no_writer_slips_through_while_rights_change() {
    const ROUNDS: usize = 500;
    let world = {
        let mut world = world();
        user(&mut world, "WRITER");
        world
    };
    let date = world.cloud().clock().real();
    let request =
        |keys: &Keys, operation: &str, input: &Json| world.request(keys, ("lab", operation), input, date).unwrap();
    let row = |policies: &[String]| json!({"AccessKey": "WRITER", "Account": "000000000000", "Policies": policies});
    let grant = request(&Keys::bootstrap(), "Grant", &row(&[policy("Allow", &[("*", "*")])]));
    let revoke = request(&Keys::bootstrap(), "Grant", &row(&[]));
    let put = request(&Keys::of("WRITER", SECRET), "Interrupt", &thing("a", 0));
    let statuses = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..3).map(|_| scope.spawn(|| statuses(&world, &[&put], ROUNDS))).collect();
        let changes = statuses(&world, &[&revoke, &grant], ROUNDS);
        assert!(changes.iter().all(|status| *status == 200), "{changes:?}");
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect::<Vec<u16>>()
    });
    assert_eq!(statuses.len(), 3 * ROUNDS);
    let slipped = statuses.iter().filter(|status| ![200, 400].contains(status)).count();
    assert_eq!(slipped, 0);
}

/// What requests are answered that are made again and again.
fn statuses(world: &World, requests: &[&Request], rounds: usize) -> Vec<u16> {
    let of = |request: &Request| match world.cloud().handle(request.clone(), Peer { ip: LOOPBACK, secure: false }) {
        Progress::Done(reply) => reply.status,
        _ => 0,
    };
    (0..rounds).flat_map(|_| requests.iter().map(|request| of(request)).collect::<Vec<u16>>()).collect()
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
