//! What services do with deliveries whose targets are out of order: they wait longer each time, give up when they must, and
//! say so in the dead letter.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use pipeline::faults::FaultRule;
use serde_json::{Value as Json, json};
use std::time::Duration;
use testkit::{Keys, World};

fn call(world: &mut World, service: &str, operation: &str, input: &Json) -> Json {
    let answer = world.call(&Keys::bootstrap(), service, operation, input);
    assert!(answer.ok(), "{service}.{operation}: {answer:?}");
    answer.output
}

fn queue(world: &mut World, name: &str) -> String {
    let allow = json!({"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"});
    let policy = json!({"Version": "2012-10-17", "Statement": [allow]}).to_string();
    let made = call(world, "sqs", "CreateQueue", &json!({"QueueName": name, "Attributes": {"Policy": policy}}));
    made["QueueUrl"].as_str().unwrap().to_owned()
}

fn receive(world: &mut World, url: &str) -> Vec<Json> {
    let input = json!({"QueueUrl": url, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]});
    call(world, "sqs", "ReceiveMessage", &input)["Messages"].as_array().cloned().unwrap_or_default()
}

/// Sending to the queue `q` fails.
fn broken(world: &World) -> String {
    let rule = json!({"service": "sqs", "operation": "SendMessage", "resource": "arn:aws:sqs:*:q", "error": "503"});
    world.cloud().faults().add(FaultRule::parse(&rule).unwrap()).unwrap()
}

fn attempts(world: &World) -> usize {
    world.records(100_000).iter().filter(|record| record.operation == "SendMessage").count()
}

/// A rule with a target that is tried `retries` times again.
fn rule(world: &mut World, retries: &Json) {
    let arn = |name: &str| format!("arn:aws:sqs:us-east-1:000000000000:{name}");
    call(world, "events", "PutRule", &json!({"Name": "r", "EventPattern": "{\"source\":[\"shop\"]}"}));
    let mut target = json!({"Id": "t", "Arn": arn("q"), "DeadLetterConfig": {"Arn": arn("dead")}});
    if !retries.is_null() {
        target["RetryPolicy"] = retries.clone();
    }
    call(world, "events", "PutTargets", &json!({"Rule": "r", "Targets": [target]}));
}

fn put(world: &mut World) {
    let entry = json!({"Source": "shop", "DetailType": "t", "Detail": "{}"});
    call(world, "events", "PutEvents", &json!({"Entries": [entry]}));
}

#[test]
fn an_event_arrives_when_its_target_is_in_order_again() {
    let mut world = World::default();
    let (url, dead) = (queue(&mut world, "q"), queue(&mut world, "dead"));
    rule(&mut world, &Json::Null);
    let fault = broken(&world);
    put(&mut world);
    world.advance(Duration::from_secs(3600)).unwrap();
    let tried = attempts(&world);
    assert!((8..40).contains(&tried), "{tried} attempts in an hour");
    assert!(world.cloud().faults().remove(&fault));
    world.advance(Duration::from_secs(600)).unwrap();
    assert_eq!((receive(&mut world, &url).len(), receive(&mut world, &dead).len()), (1, 0));
}

#[test]
fn an_event_is_given_up_after_its_attempts_or_its_age() {
    for (retries, seconds, condition) in [
        (json!({"MaximumRetryAttempts": 3}), 30, "MaximumRetryAttempts"),
        (json!({"MaximumEventAgeInSeconds": 60}), 60, "MaximumEventAgeInSeconds"),
        (Json::Null, 24 * 3600, ""),
    ] {
        let mut world = World::default();
        let (url, dead) = (queue(&mut world, "q"), queue(&mut world, "dead"));
        rule(&mut world, &retries);
        broken(&world);
        put(&mut world);
        assert!(receive(&mut world, &dead).is_empty(), "{retries}");
        world.advance(Duration::from_secs(seconds)).unwrap();
        let letters = receive(&mut world, &dead);
        let attribute = |name: &str| letters[0]["MessageAttributes"][name]["StringValue"].as_str().unwrap().to_owned();
        assert_eq!(attribute("ERROR_CODE"), "ERROR_FROM_TARGET", "{retries}");
        let again: usize = attribute("RETRY_ATTEMPTS").parse().unwrap();
        match condition {
            "MaximumRetryAttempts" => assert_eq!(again, 3),
            "MaximumEventAgeInSeconds" => assert!((3..10).contains(&again), "{again}"),
            // A day holds about as many attempts as there are.
            _ => assert!((150..=185).contains(&again), "{again}"),
        }
        assert!(attribute("EXHAUSTED_RETRY_CONDITION").contains(condition), "{retries}");
        assert!(receive(&mut world, &url).is_empty(), "{retries}");
    }
}

#[test]
fn a_notification_arrives_when_its_queue_is_in_order_again() {
    let mut world = World::default();
    let url = queue(&mut world, "q");
    call(&mut world, "sns", "CreateTopic", &json!({"Name": "t"}));
    let topic = "arn:aws:sns:us-east-1:000000000000:t";
    let input = json!({"TopicArn": topic, "Protocol": "sqs", "Endpoint": "arn:aws:sqs:us-east-1:000000000000:q"});
    call(&mut world, "sns", "Subscribe", &input);
    let fault = broken(&world);
    call(&mut world, "sns", "Publish", &json!({"TopicArn": topic, "Message": "hello"}));
    // It is tried again three times at once.
    world.advance(Duration::ZERO).unwrap();
    assert_eq!(attempts(&world), 4);
    world.advance(Duration::from_secs(600)).unwrap();
    assert!(world.cloud().faults().remove(&fault));
    world.advance(Duration::from_secs(20)).unwrap();
    assert_eq!(receive(&mut world, &url).len(), 1);
}
