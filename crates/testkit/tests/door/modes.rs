//! What the operator decides at the start.

use crate::support::{self, grant};
use crate::{listed, texts, thing};
use ledger::Outcome;
use pipeline::{Bootstrap, IamMode, RootKey, Settings};
use serde_json::json;
use testkit::{Answer, Keys, World};

fn with_nobody_allowed(iam: IamMode) -> (World, Keys) {
    let mut world = support::world(Settings { iam, ..Settings::default() });
    let (keys, _) = grant(&mut world, &json!({"AccessKey": "NOBODY", "Account": "000000000000"}));
    (world, keys)
}

#[test]
fn audit_lets_denied_calls_through_and_records_them() {
    let (mut world, keys) = with_nobody_allowed(IamMode::Audit);
    assert!(world.call(&keys, "lab", "Put", &thing("a", 0)).ok());
    let record = world.records(1).pop().unwrap();
    assert_eq!((record.decision.as_str(), record.status, record.outcome()), ("audit", 200, Outcome::Audit));
    assert_eq!(record.reason, "lab:Put: no identity-based policy allows");
    assert!(record.proof.starts_with('{'), "{}", record.proof);
    assert_eq!(listed(&mut world), ["a"]);
    assert_eq!(world.records(1)[0].decision, "allowed");
}

#[test]
fn enforcing_denies_the_same_call() {
    let (mut world, keys) = with_nobody_allowed(IamMode::Enforce);
    let answer = world.call(&keys, "lab", "Put", &thing("a", 0));
    assert_eq!((answer.status, answer.code.as_str()), (400, "AccessDeniedException"));
    assert_eq!(world.records(1)[0].outcome(), Outcome::Denied);
    assert!(listed(&mut world).is_empty());
}

#[test]
fn without_iam_nothing_is_evaluated_and_signatures_still_are() {
    let (mut world, keys) = with_nobody_allowed(IamMode::Off);
    assert!(world.call(&keys, "lab", "Put", &thing("a", 0)).ok());
    let record = world.records(1).pop().unwrap();
    assert_eq!((record.decision.as_str(), record.proof.as_str()), ("", ""));
    let forger = Keys::of("NOBODY", "not the secret");
    assert_eq!(world.call(&forger, "lab", "Put", &thing("b", 0)).code, "InvalidSignatureException");
    assert_eq!(world.call(&Keys::nobody(), "lab", "Put", &thing("b", 0)).code, "MissingAuthenticationTokenException");
    assert_eq!(listed(&mut world), ["a"]);
}

fn who(world: &mut World, keys: &Keys, from: &str) -> Answer {
    let date = world.cloud().clock().real();
    let request = world.request(keys, ("lab", "WhoAmI"), &thing("", 0), date).unwrap();
    world.send(request, from.parse().unwrap(), ("lab", "WhoAmI"))
}

fn with_root_key(strict_root: bool, bootstrap: Bootstrap) -> (World, Keys) {
    let (id, secret) = ("AKIAROOTROOTROOTROOT", "the-printed-secret");
    let root_key = Some(RootKey { id: id.to_owned(), secret: secret.to_owned() });
    (support::world(Settings { strict_root, bootstrap, root_key, ..Settings::default() }), Keys::of(id, secret))
}

#[test]
fn roots_may_assume_roles_unless_they_are_strict() {
    for (strict, expect) in [(false, "bootstrap"), (true, "ordinary")] {
        let (mut world, root) = with_root_key(strict, Bootstrap::Loopback);
        for (keys, account) in [
            (Keys::bootstrap(), "000000000000"),
            (support::root("123456789012"), "123456789012"),
            (root, "000000000000"),
        ] {
            let arn = format!("arn:aws:iam::{account}:root");
            let answer = who(&mut world, &keys, "127.0.0.1");
            assert_eq!(texts(&answer), [&arn, expect, "us-east-1"], "{} strict: {strict}", keys.id);
        }
    }
}

#[test]
fn bootstrap_identities_hold_on_this_machine() {
    let (mut near, root) = with_root_key(false, Bootstrap::Loopback);
    let (mut everywhere, _) = with_root_key(false, Bootstrap::Everywhere);
    for (from, here) in [
        ("127.0.0.1", true),
        ("127.8.9.1", true),
        ("::1", true),
        ("::ffff:127.0.0.1", true),
        ("10.0.0.9", false),
        ("::ffff:10.0.0.9", false),
        ("2001:db8::1", false),
        ("0.0.0.0", false),
    ] {
        for keys in [Keys::bootstrap(), support::root("123456789012")] {
            let answer = who(&mut near, &keys, from);
            let expect = if here { (200, "") } else { (400, "UnrecognizedClientException") };
            assert_eq!((answer.status, answer.code.as_str()), expect, "{} from {from}", keys.id);
            assert!(who(&mut everywhere, &keys, from).ok(), "{} from {from}", keys.id);
        }
        assert!(who(&mut near, &root, from).ok(), "the root key from {from}");
        let forged = who(&mut near, &Keys::of(&root.id, "test"), from);
        assert_eq!(forged.code, "InvalidSignatureException", "the root key, forged, from {from}");
    }
}
