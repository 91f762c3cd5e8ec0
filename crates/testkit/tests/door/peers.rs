//! Services that call each other: the three verbs and their edges.

use crate::support::errands::PREPARING;
use crate::{listed, support, texts, thing, world};
use ledger::Record;
use pipeline::Settings;
use serde_json::{Value as Json, json};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;
use testkit::{Answer, Call, Keys, World};

/// How long a test that fails waits for what does not come.
const PATIENCE: Duration = Duration::from_secs(60);

/// The errand of a call in the lab.
fn errand(operation: (&str, &str), input: &Json, more: &Json) -> Json {
    let mut errand = json!({"Name": "n", "Service": operation.0, "Operation": operation.1, "Input": input.to_string()});
    for (name, value) in more.as_object().unwrap() {
        errand[name] = value.clone();
    }
    errand
}

fn run(world: &mut World, verb: &str, errand: &Json) -> Answer {
    world.call(&Keys::bootstrap(), "lab", verb, errand)
}

fn told(world: &mut World) -> Vec<String> {
    texts(&world.call(&Keys::bootstrap(), "lab", "Told", &thing("", 0)))
}

fn code(answer: &Answer) -> (u16, &str) {
    (answer.status, &answer.code)
}

fn records(world: &World, operation: &str) -> Vec<Record> {
    let mut records = world.records(100);
    records.retain(|record| record.operation == operation);
    records.reverse();
    records
}

/// A queue that lets the lab send for its thing, and the queue's URL.
fn queue(world: &mut World, name: &str, statement: &Json) -> String {
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    let input = json!({"QueueName": name, "Attributes": {"Policy": policy}});
    let answer = world.call(&Keys::bootstrap(), "sqs", "CreateQueue", &input);
    answer.output["QueueUrl"].as_str().unwrap().to_owned()
}

fn for_the_lab(name: &str) -> Json {
    let resource = format!("arn:aws:sqs:us-east-1:000000000000:{name}");
    json!({
        "Effect": "Allow", "Principal": {"Service": "lab.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": resource,
        "Condition": {
            "ArnEquals": {"aws:SourceArn": "arn:aws:lab:us-east-1:000000000000:thing/source"},
            "StringEquals": {"aws:SourceAccount": "000000000000"}
        }
    })
}

fn messages(world: &mut World, url: &str) -> Vec<String> {
    let input = json!({"QueueUrl": url, "MaxNumberOfMessages": 10});
    let answer = world.call(&Keys::bootstrap(), "sqs", "ReceiveMessage", &input);
    let list = answer.output["Messages"].as_array().cloned().unwrap_or_default();
    list.iter().filter_map(|message| message["Body"].as_str().map(str::to_owned)).collect()
}

#[test]
fn a_call_is_part_of_its_callers_transaction() {
    let mut world = world();
    let put = errand(("lab", "Put"), &json!({"Name": "called"}), &json!({}));
    assert_eq!(code(&run(&mut world, "CallPeer", &put)), (200, ""));
    assert_eq!(listed(&mut world), ["called"]);
    // The caller fails after its peer: both are gone, and both are on record.
    let failing = errand(("lab", "Put"), &json!({"Name": "undone"}), &json!({"Then": "fail"}));
    assert_eq!(code(&run(&mut world, "CallPeer", &failing)), (400, "LabFailure"));
    assert_eq!((listed(&mut world), told(&mut world)), (vec!["called".to_owned()], vec!["calls n".to_owned()]));
    let (calls, puts) = (records(&world, "CallPeer"), records(&world, "Put"));
    assert_eq!(puts.iter().map(|put| put.status).collect::<Vec<_>>(), [200, 200]);
    let parents: Vec<_> = puts.iter().map(|put| put.parent.clone()).collect();
    assert_eq!(parents, calls.iter().map(|call| call.id.clone()).collect::<Vec<_>>());
    assert_ne!(puts[0].id, puts[1].id);
}

#[test]
fn others_write_while_a_sender_prepares_to_hear() {
    let mut world = world();
    let cloud = Arc::clone(world.cloud());
    let (wrote, written) = mpsc::channel();
    PREPARING.set(Some(Box::new(move || {
        thread::spawn(move || {
            let answer = World::of(cloud).call(&Keys::bootstrap(), "lab", "Put", &thing("meanwhile", 1));
            let _ = wrote.send(answer.status);
        });
        // It would wait for the writer's lock until this has returned, if the lock were held here.
        assert_eq!(written.recv_timeout(PATIENCE), Ok(200));
    })));
    let post = errand(("lab", "Put"), &json!({"Name": "posted"}), &json!({"Name": "heard", "Then": "tell"}));
    assert_eq!(code(&run(&mut world, "PostPeer", &post)), (200, ""));
    assert_eq!(told(&mut world), ["posts heard", "heard arrived at attempt 1"]);
    assert_eq!(listed(&mut world), ["meanwhile", "posted"]);
}

#[test]
fn a_peer_that_fails_is_undone_alone() {
    let mut world = world();
    let breaking = errand(
        ("lab", "PostPeer"),
        &json!({"Name": "x", "Service": "sqs", "Input": "{}", "Then": "fail"}),
        &json!({"Then": "swallow"}),
    );
    let answer = run(&mut world, "CallPeer", &breaking);
    assert_eq!(texts(&answer), ["LabFailure: it fails after it posted"]);
    // The caller's own note stands, the peer's note and its delivery are gone.
    assert_eq!(told(&mut world), ["calls n"]);
    assert_eq!(records(&world, "PostPeer")[0].error_code, "LabFailure");
    // Unswallowed, the peer's error is the caller's.
    let unknown = errand(("sqs", "GetQueueUrl"), &json!({"QueueName": "none"}), &json!({}));
    assert_eq!(code(&run(&mut world, "CallPeer", &unknown)).0, 400);
    assert_eq!(told(&mut world), ["calls n"]);
}

#[test]
fn what_a_call_may_not_do_is_refused() {
    let mut world = world();
    let call = |service: (&str, &str), input: Json, more: Json| errand(service, &input, &more);
    let cases = [
        (call(("lab", "Take"), json!({"Name": "bread", "Number": 60}), json!({})), 500, "InternalFailure"),
        (call(("lab", "Put"), json!({"Name": "far"}), json!({"Region": "eu-west-1"})), 500, "InternalFailure"),
        (call(("lab", "Put"), json!({"Nmae": "typo"}), json!({})), 400, "SerializationException"),
        (call(("lab", "Dream"), json!({}), json!({})), 400, "NotImplemented"),
        (call(("lab", "Undreamt"), json!({}), json!({})), 404, "UnknownOperationException"),
        (call(("nowhere", "Put"), json!({}), json!({})), 404, "UnknownService"),
    ];
    for (errand, status, error) in cases {
        let answer = run(&mut world, "CallPeer", &errand);
        assert_eq!(code(&answer), (status, error), "{errand}: {answer:?}");
    }
    assert!(told(&mut world).is_empty() && listed(&mut world).is_empty());
    // Reading elsewhere is allowed, after writing here too.
    let far = call(("lab", "WhoAmI"), json!({}), json!({"Region": "eu-west-1"}));
    let answer = run(&mut world, "CallPeer", &far);
    assert!(texts(&answer)[0].contains("eu-west-1"), "{answer:?}");
}

#[test]
fn a_peer_is_held_to_its_callers_rights_and_sees_the_way() {
    let mut world = world();
    let condition =
        json!({"StringEquals": {"aws:CalledViaLast": "lab.amazonaws.com"}, "Bool": {"aws:ViaAWSService": "true"}});
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "lab:CallPeer", "Resource": "*"},
        {"Effect": "Allow", "Action": "lab:Put", "Resource": "*", "Condition": condition}
    ]});
    let grant = json!({"AccessKey": "ann", "Account": "000000000000", "Policies": [policy.to_string()]});
    let (keys, _) = support::grant(&mut world, &grant);
    assert_eq!(code(&world.call(&keys, "lab", "Put", &thing("direct", 0))), (400, "AccessDeniedException"));
    let through = errand(("lab", "Put"), &json!({"Name": "through"}), &json!({}));
    assert!(world.call(&keys, "lab", "CallPeer", &through).ok());
    let denied = errand(("lab", "Give"), &json!({"Name": "bread", "Number": 1}), &json!({}));
    let answer = world.call(&keys, "lab", "CallPeer", &denied);
    assert_eq!(code(&answer), (400, "AccessDeniedException"));
    assert_eq!(listed(&mut world), ["through"]);
    let record = &records(&world, "Put")[1];
    assert_eq!(
        (record.source_ip.as_str(), record.caller.as_str()),
        ("lab.amazonaws.com", "arn:aws:iam::000000000000:user/ann")
    );
    assert_eq!(records(&world, "Give")[0].decision, "denied");
}

#[test]
fn a_service_is_let_in_by_the_resources_policy_alone() {
    let mut world = world();
    let open = queue(&mut world, "open", &for_the_lab("open"));
    let mut other = for_the_lab("other");
    other["Condition"] = json!({"ArnEquals": {"aws:SourceArn": "arn:aws:lab:us-east-1:000000000000:thing/another"}});
    let other = queue(&mut world, "other", &other);
    let send = |url: &str| {
        errand(("sqs", "SendMessage"), &json!({"QueueUrl": url, "MessageBody": "hi"}), &json!({"Who": "service"}))
    };
    assert!(run(&mut world, "CallPeer", &send(&open)).ok());
    assert_eq!(code(&run(&mut world, "CallPeer", &send(&other))), (403, "AccessDenied"));
    assert_eq!((messages(&mut world, &open), messages(&mut world, &other)), (vec!["hi".to_owned()], vec![]));
    let sent = &records(&world, "SendMessage")[0];
    assert_eq!((sent.caller.as_str(), sent.caller_kind.as_str()), ("lab.amazonaws.com", "service"));
}

#[test]
fn a_service_assumes_a_role_that_trusts_it() {
    let mut world = world();
    let url = world.call(&Keys::bootstrap(), "sqs", "CreateQueue", &json!({"QueueName": "q"}));
    let url = url.output["QueueUrl"].as_str().unwrap().to_owned();
    let trust = |service: &str| {
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": service},
            "Action": "sts:AssumeRole", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:lab:*:000000000000:thing/*"}}}]})
        .to_string()
    };
    let root = Keys::bootstrap();
    for (name, service) in [("mine", "lab.amazonaws.com"), ("anothers", "lambda.amazonaws.com")] {
        let input = json!({"RoleName": name, "AssumeRolePolicyDocument": trust(service)});
        assert!(world.call(&root, "iam", "CreateRole", &input).ok());
    }
    let send = |role: &str| {
        let who = format!("arn:aws:iam::000000000000:role/{role}");
        errand(("sqs", "SendMessage"), &json!({"QueueUrl": url, "MessageBody": "hi"}), &json!({"Who": who}))
    };
    assert_eq!(code(&run(&mut world, "CallPeer", &send("mine"))), (403, "AccessDenied"), "the role allows nothing yet");
    let allow = support::policy("Allow", &[("sqs:SendMessage", "*")]);
    let input = json!({"RoleName": "mine", "PolicyName": "p", "PolicyDocument": allow});
    assert!(world.call(&root, "iam", "PutRolePolicy", &input).ok());
    for verb in ["CallPeer", "AskPeer", "PostPeer"] {
        assert!(run(&mut world, verb, &send("mine")).ok(), "{verb}");
    }
    assert_eq!(messages(&mut world, &url).len(), 3);
    assert_eq!(code(&run(&mut world, "CallPeer", &send("anothers"))), (403, "AccessDenied"));
    let sent = &records(&world, "SendMessage")[1];
    assert_eq!(sent.caller, "arn:aws:sts::000000000000:assumed-role/mine/lab-session");
    let assumed = records(&world, "AssumeRole");
    assert_eq!((assumed[0].caller.as_str(), assumed[0].status), ("lab.amazonaws.com", 200));
    // Within the session's time and while no right changes, it is assumed once for asking and delivering.
    assert_eq!(assumed.iter().filter(|record| record.status == 200).count(), 3, "{assumed:?}");
}

#[test]
fn what_is_asked_is_remembered_and_the_asker_runs_again() {
    let mut world = world();
    let ask = errand(("lab", "Give"), &json!({"Name": "bread", "Number": 1}), &json!({"Then": "again"}));
    let answer = run(&mut world, "AskPeer", &ask);
    assert_eq!(texts(&answer).len(), 2, "{answer:?}");
    // Each question was put once, although the asker ran three times.
    assert_eq!((listed(&mut world), told(&mut world).len()), (vec!["bread x2".to_owned()], 1));
    assert_eq!((records(&world, "AskPeer").len(), records(&world, "Give").len()), (1, 2));
    // What was asked stays done when the asker fails: it was a request of its own.
    let failing = errand(("lab", "Give"), &json!({"Name": "bread", "Number": 1}), &json!({"Then": "fail"}));
    assert_eq!(code(&run(&mut world, "AskPeer", &failing)), (400, "LabFailure"));
    assert_eq!(listed(&mut world), ["bread x3"]);
    // An error is an answer.
    let denied = errand(("sqs", "GetQueueUrl"), &json!({"QueueName": "none"}), &json!({"Then": "swallow"}));
    assert!(texts(&run(&mut world, "AskPeer", &denied))[0].contains("QueueDoesNotExist"));
    let early = errand(("lab", "Give"), &json!({"Name": "bread", "Number": 1}), &json!({"Then": "write first"}));
    assert_eq!(code(&run(&mut world, "AskPeer", &early)), (500, "InternalFailure"));
    assert_eq!(listed(&mut world), ["bread x3"]);
}

#[test]
fn who_asks_a_peer_that_waits_waits_too() {
    let mut world = world();
    let ask = errand(("lab", "Take"), &json!({"Name": "bread", "Number": 60}), &json!({}));
    let Call::Waiting(ticket) = world.begin(&Keys::bootstrap(), "lab", "AskPeer", &ask) else { panic!("it waits") };
    // The writer is free meanwhile.
    assert!(world.call(&Keys::bootstrap(), "lab", "Put", &thing("free", 0)).ok());
    crate::lab(&mut world, "Give", "bread", 1);
    assert_eq!(texts(&world.take(ticket).unwrap()), ["Texts=bread"]);
    // A client that hangs up takes its question with it.
    let Call::Waiting(ticket) = world.begin(&Keys::bootstrap(), "lab", "AskPeer", &ask) else { panic!("it waits") };
    world.hang_up(ticket);
    crate::lab(&mut world, "Give", "bread", 1);
    assert_eq!(listed(&mut world), ["free", "bread x1"]);
}

#[test]
fn who_asks_with_patience_goes_on_without_the_answer() {
    let mut world = world();
    let take = json!({"Name": "bread", "Number": 60});
    let ask = errand(("lab", "Take"), &take, &json!({"Then": "within 5"}));
    let Call::Waiting(ticket) = world.begin(&Keys::bootstrap(), "lab", "AskPeer", &ask) else { panic!("it waits") };
    world.advance(Duration::from_secs(4)).unwrap();
    assert!(world.take(ticket).is_none());
    world.advance(Duration::from_secs(1)).unwrap();
    assert_eq!(texts(&world.take(ticket).unwrap()), ["late after 5 s"]);
    // The peer waits on by itself, and takes what comes.
    crate::lab(&mut world, "Give", "bread", 1);
    assert_eq!((listed(&mut world), records(&world, "Take").len()), (vec!["bread x0".to_owned()], 1));
    // Who is answered in time hears it.
    let Call::Waiting(ticket) = world.begin(&Keys::bootstrap(), "lab", "AskPeer", &ask) else { panic!("it waits") };
    crate::lab(&mut world, "Give", "bread", 1);
    assert_eq!(texts(&world.take(ticket).unwrap()), ["Texts=bread"]);
}

#[test]
fn a_delivery_goes_out_after_the_commit_and_never_without_it() {
    let mut world = world();
    let url = queue(&mut world, "q", &for_the_lab("q"));
    let post = |name: &str, then: &str| json!({"Name": name, "Service": "queue", "Input": url, "Who": "service", "Then": then});
    assert!(run(&mut world, "PostPeer", &post("one", "")).ok());
    assert!(run(&mut world, "PostPeer", &post("two", "tell")).ok());
    assert_eq!(code(&run(&mut world, "PostPeer", &post("never", "fail"))), (400, "LabFailure"));
    assert_eq!(messages(&mut world, &url), ["one", "two"]);
    assert_eq!(told(&mut world), ["posts one", "posts two", "two arrived at attempt 1"]);
    let (posts, sent) = (records(&world, "PostPeer"), records(&world, "SendMessage"));
    assert_eq!((sent.len(), &sent[0].parent), (2, &posts[0].id));
}

#[test]
fn a_delivery_that_fails_is_tried_again_as_its_sender_wants() {
    let mut world = world();
    let (root, nobody) = (
        Keys::bootstrap(),
        json!({"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalServiceName": "lab.amazonaws.com"}}}),
    );
    let url = queue(&mut world, "q", &nobody);
    let post = |name: &str| json!({"Name": name, "Service": "queue", "Input": url, "Who": "service"});
    assert!(run(&mut world, "PostPeer", &post("stubborn")).ok());
    assert!(run(&mut world, "PostPeer", &post("once")).ok());
    world.advance(Duration::from_secs(10)).unwrap();
    let policy = json!({"Version": "2012-10-17", "Statement": [for_the_lab("q")]}).to_string();
    let input = json!({"QueueUrl": url, "Attributes": {"Policy": policy}});
    assert!(world.call(&root, "sqs", "SetQueueAttributes", &input).ok());
    world.advance(Duration::from_secs(10)).unwrap();
    assert_eq!(messages(&mut world, &url), ["stubborn"]);
    let failed = |name: &str, attempt: u32| format!("{name} AccessDenied at attempt {attempt}");
    let expected = [
        "posts stubborn".to_owned(),
        failed("stubborn", 1),
        "posts once".to_owned(),
        failed("once", 1),
        failed("stubborn", 2),
    ];
    assert_eq!(told(&mut world), expected);
    assert_eq!(world.cloud().next_due().unwrap(), None);
}

#[test]
fn a_delivery_to_a_peer_that_waits_is_held_without_holding_anything_up() {
    let mut world = world();
    let post = errand(("lab", "Take"), &json!({"Name": "bread", "Number": 60}), &json!({"Then": "tell"}));
    assert!(run(&mut world, "PostPeer", &post).ok());
    assert_eq!((world.cloud().deliveries_waiting(), told(&mut world).len()), (1, 1));
    crate::lab(&mut world, "Give", "bread", 1);
    assert_eq!((world.cloud().deliveries_waiting(), told(&mut world)[1].as_str()), (0, "n arrived at attempt 1"));
    assert_eq!(listed(&mut world), ["bread x0"]);
}

#[test]
fn loops_end_at_the_bound() {
    let mut world = world();
    let answer = world.call(&Keys::bootstrap(), "lab", "Spin", &thing("call", 0));
    assert_eq!(code(&answer), (400, "RecursiveInvocationException"));
    assert!(world.call(&Keys::bootstrap(), "lab", "Spin", &thing("post", 0)).ok());
    let told = told(&mut world);
    assert_eq!(told.last().unwrap(), "loop RecursiveInvocationException at attempt 1");
    assert_eq!(told.len(), usize::from(service::DEEPEST) + 2);
}

#[test]
fn a_request_that_asks_something_else_each_time_ends() {
    let mut world = world();
    let answer = world.call(&Keys::bootstrap(), "lab", "Spin", &thing("waver", 0));
    assert_eq!(answer.status, 500);
    let asked = world.records(usize::MAX).iter().filter(|record| record.operation == "Told").count();
    assert!((1..=80).contains(&asked), "{asked}");
}

#[test]
fn a_delivery_survives_the_end_of_its_cloud() {
    let store = store::Store::memory();
    let clock = clock::Clock::held(service::Timestamp::from_secs(1_767_225_600));
    let open = || World::over(store.clone(), clock.clone(), support::directory(), Settings::default());
    let mut first = open();
    let url = queue(&mut first, "q", &for_the_lab("q"));
    // Handed over and committed, and the cloud ends before it goes out.
    let post = json!({"Name": "late", "Service": "queue", "Input": url, "Who": "service", "Then": "tell"});
    let date = first.cloud().clock().real();
    let request = first.request(&Keys::bootstrap(), ("lab", "PostPeer"), &post, date).unwrap();
    let peer = pipeline::Peer { ip: crate::LOOPBACK, secure: false };
    assert!(matches!(first.cloud().handle(request, peer), pipeline::Progress::Done(reply) if reply.status == 200));
    drop(first);
    let mut second = open();
    assert!(second.cloud().next_due().unwrap().is_some());
    second.advance(Duration::ZERO).unwrap();
    assert_eq!(messages(&mut second, &url), ["late"]);
    assert_eq!(told(&mut second), ["posts late", "late arrived at attempt 1"]);
    drop(second);
    let mut third = open();
    third.advance(Duration::from_secs(60)).unwrap();
    assert_eq!(told(&mut third).len(), 2, "it arrived once");
    // One that is to be tried again keeps its moment.
    let input = json!({"QueueUrl": url, "Attributes": {"Policy": ""}});
    assert!(third.call(&Keys::bootstrap(), "sqs", "SetQueueAttributes", &input).ok());
    let again = json!({"Name": "stubborn", "Service": "queue", "Input": url, "Who": "service"});
    assert!(run(&mut third, "PostPeer", &again).ok());
    drop(third);
    let mut fourth = open();
    fourth.advance(Duration::from_secs(30)).unwrap();
    assert_eq!(
        told(&mut fourth)[3..],
        [
            "stubborn AccessDenied at attempt 1",
            "stubborn AccessDenied at attempt 2",
            "stubborn AccessDenied at attempt 3"
        ]
    );
}

#[test]
fn a_fault_strikes_what_services_ask_of_each_other() {
    let mut world = world();
    let rule = json!({"service": "lab", "operation": "Put", "error": "503", "count": 1});
    crate::faults::rule(&world, &rule);
    let put = errand(("lab", "Put"), &json!({"Name": "x"}), &json!({}));
    assert_eq!(code(&run(&mut world, "CallPeer", &put)), (503, "ServiceUnavailable"));
    assert!(run(&mut world, "CallPeer", &put).ok());
}
