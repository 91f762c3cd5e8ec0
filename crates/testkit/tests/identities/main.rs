//! Identities from end to end: tokens of issuers outside and of this cloud, devices that show one-time passwords, and what organisations
//! lay upon members. Transcripts cannot tell of them, for they take keys that sign, seeds that are new each time, and proofs.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod delegation;
mod devices;
mod guardrails;
mod partitions;
mod tokens;

use serde_json::{Value as Json, json};
use testkit::{Answer, Keys, World};

/// Calls an operation that must succeed.
#[track_caller]
fn done(world: &mut World, keys: &Keys, (service, operation): (&str, &str), input: Json) -> Json {
    let answer = world.call(keys, service, operation, &input);
    assert!(answer.ok(), "{operation}: {answer:?}");
    answer.output
}

/// Calls an operation that must be refused so.
#[track_caller]
fn refused(world: &mut World, keys: &Keys, (service, operation): (&str, &str), input: Json, code: &str) -> Answer {
    let answer = world.call(keys, service, operation, &input);
    assert_eq!(answer.code, code, "{operation}: {answer:?}");
    answer
}

/// The keys in a reply of STS.
fn credentials(reply: &Json) -> Keys {
    let text = |name: &str| reply["Credentials"][name].as_str().unwrap().to_owned();
    Keys { token: Some(text("SessionToken")), ..Keys::of(&text("AccessKeyId"), &text("SecretAccessKey")) }
}

/// A user who may do everything, and her keys.
fn user(world: &mut World, name: &str) -> Keys {
    let root = Keys::bootstrap();
    done(world, &root, ("iam", "CreateUser"), json!({"UserName": name}));
    let policy = json!({"UserName": name, "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"});
    done(world, &root, ("iam", "AttachUserPolicy"), policy);
    let key = done(world, &root, ("iam", "CreateAccessKey"), json!({"UserName": name}));
    let text = |member: &str| key["AccessKey"][member].as_str().unwrap().to_owned();
    Keys::of(&text("AccessKeyId"), &text("SecretAccessKey"))
}
