//! What the ledger is told.

use crate::support::{directory, root};
use crate::{lab, thing, user, world};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clock::{Clock, Timestamp};
use ledger::{Filter, Query, Record};
use pipeline::{IamMode, Settings};
use serde_json::{Value as Json, json};
use service::AccountId;
use std::time::Duration;
use store::Store;
use testkit::{Call, Keys, World};

fn newest(world: &World) -> Record {
    world.records(1).pop().unwrap()
}

fn of_account(world: &World, account: &str) -> Vec<Record> {
    let filter = Filter { account: account.parse().ok(), ..Filter::default() };
    let query = Query { filter, limit: 100, ..Query::default() };
    let page = world.cloud().ledger().query(&query).unwrap();
    page.records.into_iter().map(|(_, record)| record).collect()
}

#[test]
fn what_was_asked_and_what_it_changed_are_recorded() {
    let mut world = world();
    lab(&mut world, "Put", "a", 7);
    let record = newest(&world);
    assert_eq!(record.input, r#"{"name":"a","number":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#);
    assert_eq!((record.response.as_deref(), record.data), (Some(r#"{"texts":[]}"#), false));
    lab(&mut world, "List", "", 0);
    let record = newest(&world);
    assert_eq!((record.input.is_empty(), record.response), (false, None));
    lab(&mut world, "Give", "bread", 1);
    assert!(newest(&world).data);
}

#[test]
fn what_is_asked_is_recorded_though_it_is_denied() {
    let mut world = world();
    let nothing = json!({"AccessKey": "denied", "Account": "000000000000"});
    let (keys, _) = crate::support::grant(&mut world, &nothing);
    assert_eq!(world.call(&keys, "lab", "Put", &thing("a", 1)).status, 400);
    let record = newest(&world);
    assert_eq!((record.decision.as_str(), record.response), ("denied", None));
    assert!(record.input.starts_with(r#"{"name":"a""#), "{}", record.input);
}

#[test]
fn how_long_a_request_waited_is_recorded() {
    let mut world = world();
    let keys = Keys::bootstrap();
    let Call::Waiting(ticket) = world.begin(&keys, "lab", "Take", &thing("bread", 60)) else {
        panic!("it does not wait")
    };
    for seconds in [3, 4] {
        world.advance(Duration::from_secs(seconds)).unwrap();
    }
    lab(&mut world, "Give", "bread", 1);
    assert!(world.take(ticket).is_some_and(|answer| answer.ok()));
    let records = world.records(2);
    let waited = |operation: &str| records.iter().find(|r| r.operation == operation).map(|r| r.waited);
    assert_eq!((waited("Take"), waited("Give")), (Some(7_000_000), Some(0)));
    let Call::Waiting(ticket) = world.begin(&keys, "lab", "Take", &thing("bread", 10)) else {
        panic!("it does not wait")
    };
    world.advance(Duration::from_secs(60)).unwrap();
    assert!(world.take(ticket).is_some());
    assert_eq!(newest(&world).waited, 10_000_000);
}

fn queue_for_all(world: &mut World, owner: &str) -> Json {
    let anybody = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*",
        "Resource": "*"}]});
    let queue = json!({"QueueName": "q", "Attributes": {"Policy": anybody.to_string()}});
    let answer = world.call(&root(owner), "sqs", "CreateQueue", &queue);
    assert!(answer.ok(), "{answer:?}");
    answer.output
}

#[test]
fn a_call_across_accounts_is_in_the_records_of_both() {
    for iam in [IamMode::Enforce, IamMode::Off] {
        let mut world = World::with(directory(), Settings { iam, ..Settings::default() });
        let (owner, caller) = ("111111111111", "222222222222");
        let queue = queue_for_all(&mut world, owner);
        let send = json!({"QueueUrl": queue["QueueUrl"], "MessageBody": "m"});
        let answer = world.call(&root(caller), "sqs", "SendMessage", &send);
        assert!(answer.ok(), "{answer:?}");
        let [mine, theirs] = [caller, owner].map(|account| of_account(&world, account).swap_remove(0));
        assert_eq!(mine, theirs);
        assert_eq!(
            (mine.account_id().to_string(), mine.resource_account_id().to_string()),
            (caller.into(), owner.into())
        );
        assert!(of_account(&world, "333333333333").is_empty());
        assert_eq!((of_account(&world, caller).len(), of_account(&world, owner).len()), (1, 2));
    }
}

/// A user of IAM's in the default account with all rights, and its access key.
fn alice(world: &mut World) -> Keys {
    let mut call = |operation: &str, input: Json| {
        let answer = world.call(&Keys::bootstrap(), "iam", operation, &input);
        assert!(answer.ok(), "{operation}: {answer:?}");
        answer.output
    };
    call("CreateUser", json!({"UserName": "alice"}));
    let all = "arn:aws:iam::aws:policy/AdministratorAccess";
    call("AttachUserPolicy", json!({"UserName": "alice", "PolicyArn": all}));
    let key = call("CreateAccessKey", json!({"UserName": "alice"}));
    let text = |name: &str| key["AccessKey"][name].as_str().unwrap_or_default().to_owned();
    Keys::of(&text("AccessKeyId"), &text("SecretAccessKey"))
}

fn last_used(world: &mut World, keys: &Keys) -> Json {
    let answer = world.call(&Keys::bootstrap(), "iam", "GetAccessKeyLastUsed", &json!({"AccessKeyId": keys.id}));
    assert!(answer.ok(), "{answer:?}");
    answer.output["AccessKeyLastUsed"].clone()
}

#[test]
fn last_uses_outlive_the_process_once_they_are_kept() {
    let store = Store::memory();
    let over = |clock: Timestamp| World::over(store.clone(), Clock::held(clock), directory(), Settings::default());
    let mut world = over(Timestamp::from_secs(1_800_000_000));
    let keys = alice(&mut world);
    assert!(world.call(&keys, "sqs", "ListQueues", &json!({})).ok());
    let used = json!({"LastUsedDate": "2027-01-15T08:00:00Z", "ServiceName": "sqs", "Region": "us-east-1"});
    assert_eq!(last_used(&mut world, &keys), used);
    let mut next = over(Timestamp::from_secs(1_800_000_100));
    assert_eq!(last_used(&mut next, &keys)["ServiceName"], "N/A", "it was not kept yet");
    world.cloud().keep_uses().unwrap();
    assert_eq!(last_used(&mut next, &keys), used);
    // A later use counts before it is kept, and after.
    assert!(next.call(&keys.clone().in_region("eu-west-1"), "sqs", "ListQueues", &json!({})).ok());
    let later = json!({"LastUsedDate": "2027-01-15T08:01:40Z", "ServiceName": "sqs", "Region": "eu-west-1"});
    assert_eq!(last_used(&mut next, &keys), later);
    next.cloud().keep_uses().unwrap();
    let mut third = over(Timestamp::from_secs(1_800_000_200));
    assert_eq!(last_used(&mut third, &keys), later);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>
#[test]
fn the_credential_report_tells_when_keys_were_used() {
    let mut world = world();
    let keys = alice(&mut world);
    let report = |world: &mut World| {
        for operation in ["GenerateCredentialReport", "GetCredentialReport"] {
            let answer = world.call(&Keys::bootstrap(), "iam", operation, &json!({}));
            assert!(answer.ok(), "{answer:?}");
            if let Some(content) = answer.output["Content"].as_str() {
                let text = String::from_utf8(STANDARD.decode(content).unwrap()).unwrap();
                return text.lines().last().unwrap().split(',').map(str::to_owned).collect::<Vec<_>>();
            }
        }
        panic!("there is no report")
    };
    let key = |line: &[String]| line[8..13].join(",");
    let made = "true,2026-01-01T00:00:00+00:00";
    assert_eq!(key(&report(&mut world)), format!("{made},N/A,N/A,N/A"));
    world.advance(Duration::from_secs(4 * 3600)).unwrap();
    assert!(world.call(&keys, "sqs", "ListQueues", &json!({})).ok());
    assert_eq!(key(&report(&mut world)), format!("{made},2026-01-01T04:00:00+00:00,us-east-1,sqs"));
    world.advance(Duration::from_secs(4 * 3600)).unwrap();
    assert!(world.call(&keys, "iam", "ListUsers", &json!({})).ok());
    assert_eq!(key(&report(&mut world)), format!("{made},2026-01-01T08:00:00+00:00,N/A,iam"));
}

#[test]
fn a_reset_forgets_what_was_used() {
    for kept in [false, true] {
        for all in [false, true] {
            let mut world = world();
            let keys = user(&mut world, "AKIAUSER");
            lab(&mut world, "List", "", 0);
            assert!(world.call(&keys, "lab", "List", &thing("", 0)).ok());
            if kept {
                world.cloud().keep_uses().unwrap();
            }
            assert!(world.cloud().ledger().last_used("AKIAUSER").is_some());
            let account = AccountId::DEFAULT;
            world.cloud().reset((!all).then_some(account)).unwrap();
            assert!(world.cloud().ledger().last_used("AKIAUSER").is_none());
            let rows = world.cloud().store().snapshot();
            let table = world.cloud().store().table("machine.uses");
            assert_eq!(store::Read::prefix(&rows, table, &[], store::Direction::Forward).count(), 0);
        }
    }
}
