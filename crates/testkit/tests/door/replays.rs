//! What the record keeps of what was put to the policies, put to them again.

use crate::support::{directory, root};
use ledger::Record;
use pipeline::{IamMode, Replay, Settings, Supposed};
use serde_json::{Value as Json, json};
use service::{Caller, CallerKind, Check, Region};
use testkit::{Keys, World};

fn ok(world: &mut World, keys: &Keys, service: &str, operation: &str, input: Json) -> Json {
    let answer = world.call(keys, service, operation, &input);
    assert!(answer.ok(), "{service} {operation}: {answer:?}");
    answer.output
}

fn newest(world: &World) -> Record {
    world.records(1).pop().unwrap()
}

fn replays(world: &World) -> Vec<Replay> {
    world.cloud().replays(&newest(world)).unwrap()
}

fn value<'r>(replay: &'r Replay, key: &str) -> Option<&'r [String]> {
    replay.context.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, values)| values.as_slice())
}

/// A user with all rights and a tag, and her access key.
fn alice(world: &mut World) -> Keys {
    let root = Keys::bootstrap();
    ok(world, &root, "iam", "CreateUser", json!({"UserName": "alice", "Tags": [{"Key": "team", "Value": "red"}]}));
    let all = "arn:aws:iam::aws:policy/AdministratorAccess";
    ok(world, &root, "iam", "AttachUserPolicy", json!({"UserName": "alice", "PolicyArn": all}));
    let key = ok(world, &root, "iam", "CreateAccessKey", json!({"UserName": "alice"}));
    let text = |name: &str| key["AccessKey"][name].as_str().unwrap_or_default().to_owned();
    Keys::of(&text("AccessKeyId"), &text("SecretAccessKey"))
}

#[test]
fn a_recorded_check_has_the_keys_that_policies_saw() {
    let mut world = World::with(directory(), Settings::default());
    let keys = alice(&mut world);
    let queue = json!({"QueueName": "q", "tags": {"stage": "test"}});
    let url = ok(&mut world, &keys, "sqs", "CreateQueue", queue)["QueueUrl"].clone();
    ok(&mut world, &keys, "sqs", "SendMessage", json!({"QueueUrl": url, "MessageBody": "m"}));
    let found = replays(&world);
    let [one] = found.as_slice() else { panic!("{found:?}") };
    let arn = "arn:aws:sqs:us-east-1:000000000000:q";
    assert_eq!((one.action.as_str(), one.resource.as_str()), ("sqs:SendMessage", arn));
    for (key, expect) in [
        ("aws:PrincipalArn", "arn:aws:iam::000000000000:user/alice"),
        ("aws:PrincipalTag/team", "red"),
        ("aws:ResourceTag/stage", "test"),
        ("aws:username", "alice"),
        ("aws:SourceIp", "127.0.0.1"),
        ("aws:SecureTransport", "true"),
        ("aws:RequestedRegion", "us-east-1"),
        ("aws:ResourceAccount", "000000000000"),
        ("aws:ViaAWSService", "false"),
        ("aws:CurrentTime", "2026-01-01T00:00:00Z"),
    ] {
        assert_eq!(value(one, key), Some(&[expect.to_owned()][..]), "{key}");
    }
    assert_eq!(value(one, "aws:userid").map(<[String]>::len), Some(1));
    assert_eq!(value(one, "aws:MultiFactorAuthPresent"), None, "a long-term key carries none");
}

#[test]
fn a_check_without_keys_of_its_own_costs_the_record_nothing() {
    let mut world = World::with(directory(), Settings::default());
    let keys = alice(&mut world);
    ok(&mut world, &keys, "sqs", "ListQueues", json!({}));
    assert!(newest(&world).checks.is_empty());
    assert_eq!(replays(&world).len(), 1);
    // Nothing is decided without policies, so that the record must tell it.
    let mut world = World::with(directory(), Settings { iam: IamMode::Off, ..Settings::default() });
    ok(&mut world, &Keys::bootstrap(), "sqs", "ListQueues", json!({}));
    assert_eq!(newest(&world).checks.len(), 1);
    assert_eq!(replays(&world).first().map(|one| one.action.clone()), Some("sqs:ListQueues".to_owned()));
    // What anybody may ask is put to nobody.
    ok(&mut world, &Keys::bootstrap(), "sts", "GetCallerIdentity", json!({}));
    assert!(replays(&world).is_empty());
}

#[test]
fn what_a_handler_puts_item_by_item_is_kept_too() {
    let mut world = World::with(directory(), Settings::default());
    let keys = alice(&mut world);
    ok(&mut world, &keys, "s3", "CreateBucket", json!({"Bucket": "letters"}));
    let objects = json!([{"Key": "a"}, {"Key": "b"}]);
    ok(&mut world, &keys, "s3", "DeleteObjects", json!({"Bucket": "letters", "Delete": {"Objects": objects}}));
    let asked: Vec<_> = replays(&world).into_iter().map(|one| (one.action, one.resource)).collect();
    for key in ["arn:aws:s3:::letters/a", "arn:aws:s3:::letters/b"] {
        assert!(asked.contains(&("s3:DeleteObject".to_owned(), key.to_owned())), "{asked:?}");
    }
}

#[test]
fn what_another_account_owns_is_told() {
    let mut world = World::with(directory(), Settings::default());
    let (owner, caller) = ("111111111111", "222222222222");
    let anybody = json!({"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}]});
    let queue = json!({"QueueName": "q", "Attributes": {"Policy": anybody.to_string()}});
    let url = ok(&mut world, &root(owner), "sqs", "CreateQueue", queue)["QueueUrl"].clone();
    ok(&mut world, &root(caller), "sqs", "SendMessage", json!({"QueueUrl": url, "MessageBody": "m"}));
    let one = replays(&world).swap_remove(0);
    assert_eq!((one.owner.to_string().as_str(), one.caller.account.to_string().as_str()), (owner, caller));
    assert_eq!(value(&one, "aws:ResourceAccount"), Some(&[owner.to_owned()][..]));
}

#[test]
fn what_is_supposed_is_decided_by_what_is_in_force() {
    let mut world = World::with(directory(), Settings::default());
    alice(&mut world);
    let id =
        ok(&mut world, &Keys::bootstrap(), "iam", "GetUser", json!({"UserName": "alice"}))["User"]["UserId"].clone();
    let arn = "arn:aws:iam::000000000000:user/alice";
    let caller = Caller {
        kind: CallerKind::User,
        account: "000000000000".parse().unwrap(),
        arn: arn.to_owned(),
        user_id: id.as_str().unwrap_or_default().to_owned(),
        name: "alice".to_owned(),
        ..Caller::anonymous()
    };
    let check = Check::new("sqs:SendMessage", "arn:aws:sqs:us-east-1:000000000000:q");
    let region = Region::new("us-east-1").unwrap();
    let supposed = Supposed { caller, region, check, source_ip: "10.0.0.1".to_owned() };
    let verdict = world.cloud().suppose(&supposed).unwrap();
    assert!(verdict.allowed && verdict.message.is_empty(), "{verdict:?}");
    assert_eq!(verdict.by, Some(("arn:aws:iam::aws:policy/AdministratorAccess".to_owned(), 0)));
    assert!(verdict.proof["verdicts"].as_array().is_some_and(|all| !all.is_empty()));
    let address = verdict.context.iter().find(|(key, _)| key == "aws:SourceIp");
    assert_eq!(address.map(|(_, values)| values.join(",")), Some("10.0.0.1".to_owned()));
    let deny = json!({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}});
    let policy = json!({"UserName": "alice", "PolicyName": "stop", "PolicyDocument": deny.to_string()});
    ok(&mut world, &Keys::bootstrap(), "iam", "PutUserPolicy", policy);
    let verdict = world.cloud().suppose(&supposed).unwrap();
    assert!(!verdict.allowed && verdict.message.contains("with an explicit deny"), "{verdict:?}");
}
