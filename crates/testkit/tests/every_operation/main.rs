//! What holds for every operation of every service, by list: who may call it, what is recorded of it, whose resources
//! it sees, and how it pages.
//!
//! An operation gets its input from its model; `inputs.rs` says what no model can. What does not hold for an operation
//! stands with its reason in `../every_operation.toml`; an exception that is no longer needed fails as well.
#![expect(clippy::disallowed_methods, reason = "a test reads the files that it runs")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod case;
mod decisions;
mod generate;
mod inputs;
mod listings;
mod recorded;
mod shown;
#[path = "../support/mod.rs"]
mod support;
mod unbuilt;

use case::Case;
use std::collections::BTreeMap;

/// Why something does not hold.
type Check = fn(&mut Case) -> Result<(), String>;

/// What need not hold of a check, with the reasons.
fn exceptions(check: &str) -> BTreeMap<String, String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/every_operation.toml");
    let all: BTreeMap<String, BTreeMap<String, String>> =
        toml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    all.get(check).cloned().unwrap_or_default()
}

/// Whether an operation's service is the one that `ONLY` names, if it names one.
fn asked_for(name: &str) -> bool {
    let service = name.split('.').next();
    std::env::var("ONLY").ok().is_none_or(|only| service == Some(only.as_str()))
}

/// Runs a check for every operation of every service that is built, each in a cloud of its own, and compares what does
/// not hold with the exceptions. With `ONLY=sqs` it runs those of one service alone.
fn by_list(check: &str, holds: Check) {
    let mut exceptions = exceptions(check);
    let (mut count, mut wrong) = (0, Vec::new());
    exceptions.retain(|name, _| asked_for(name));
    for service in catalog::services().iter().filter(|service| asked_for(service.facts.prefix)) {
        for operation in service.operations {
            count += 1;
            let name = format!("{}.{}", service.facts.prefix, operation.name);
            let outcome = Case::new(service, operation).and_then(|mut case| holds(&mut case));
            match (outcome, exceptions.remove(&name)) {
                (Ok(()), None) | (Err(_), Some(_)) => {}
                (Ok(()), Some(reason)) => wrong.push(format!("{name}: the exception is not needed: {reason}")),
                (Err(why), None) => wrong.push(format!("{name}: {why}")),
            }
        }
    }
    wrong.extend(exceptions.into_keys().map(|name| format!("{name}: the exception names no operation that is built")));
    assert!(count > 0, "no service is built");
    assert!(wrong.is_empty(), "[{check}] does not hold for {} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn who_does_not_sign_is_refused() {
    by_list("unauthenticated", decisions::unauthenticated);
}

#[test]
fn who_is_allowed_nothing_is_denied() {
    by_list("implicit-deny", decisions::implicit_deny);
}

#[test]
fn exactly_what_is_asked_suffices() {
    by_list("exact-allow", decisions::exact_allow);
}

#[test]
fn a_sibling_is_not_enough() {
    by_list("sibling", decisions::sibling);
}

#[test]
fn each_dependent_action_is_needed() {
    by_list("dependents", decisions::dependents);
}

#[test]
fn an_organisations_denial_holds() {
    by_list("service-control", decisions::service_control);
}

#[test]
fn every_call_leaves_one_record() {
    by_list("recorded", recorded::recorded);
}

#[test]
fn records_tell_reading_from_writing() {
    by_list("read-only", recorded::read_only);
}

#[test]
fn records_show_what_was_asked_and_what_it_changed() {
    by_list("shown", shown::shown);
}

#[test]
fn no_secret_is_recorded() {
    by_list("secrets", shown::secrets);
    let met = shown::MET.lock().unwrap();
    let answering = [
        "iam.CreateAccessKey",
        "iam.CreateLoginProfile",
        "iam.CreateVirtualMFADevice",
        "iam.UploadServerCertificate",
        "sqs.ReceiveMessage",
        "sqs.SendMessage",
        "sqs.SendMessageBatch",
        "sts.AssumeRole",
        "sts.GetFederationToken",
        "sts.GetSessionToken",
    ];
    for name in answering.into_iter().filter(|name| asked_for(name)) {
        assert!(met.contains(name), "no secret was met in {name}: {met:?}");
    }
}

#[test]
fn no_listing_sees_other_accounts_or_regions() {
    by_list("scoped", listings::scoped);
}

#[test]
fn pages_add_up_to_the_whole() {
    by_list("paged", listings::paged);
}

#[test]
fn the_inputs_are_those_of_operations_that_are_built() {
    let built: Vec<String> = catalog::services()
        .iter()
        .flat_map(|s| s.operations.iter().map(|op| format!("{}.{}", s.facts.prefix, op.name)))
        .collect();
    let lines = inputs::lines().map(|line| line.0).chain(inputs::listings().map(|line| line.0));
    for name in lines {
        assert!(built.iter().any(|b| b == name), "{name} is not built");
    }
}
