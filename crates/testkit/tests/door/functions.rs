//! Functions behind the door: how many run at once, and what outlasts a restart.

use serde_json::{Value as Json, json};
use service::function::{FUNCTIONS, FunctionRun, InvocationEnd, Refusal, Timing};
use service::{AnyWork, Done, Engine};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::{Answer, Call, Keys, World};

/// A package with a `bootstrap` of one letter.
const PACKAGE: &str = "UEsDBBQAAAAAAAAAIQBDvrfoAQAAAAEAAAAJAAAAYm9vdHN0cmFwYVBLAQIUAxQAAAAAAAAAIQBDvrfoAQAAAAEAAAAJAAAAAAAAAAAAAADtAQAAAABib290c3RyYXBQSwUGAAAAAAEAAQA3AAAAKAAAAAAA";

/// Runs functions until the test says that they have ended.
#[derive(Default)]
struct Slow(Mutex<Vec<(AnyWork, Done)>>);

impl Engine for Slow {
    fn name(&self) -> &'static str {
        FUNCTIONS
    }

    fn start(&self, work: AnyWork, done: Done) {
        match work.is::<FunctionRun>() {
            true => self.0.lock().unwrap().push((work, done)),
            false => done(Ok(Arc::new(()))),
        }
    }
}

impl Slow {
    fn running(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    fn end_one(&self) {
        let (work, done) = self.0.lock().unwrap().remove(0);
        let run = work.downcast_ref::<FunctionRun>().unwrap();
        let end = InvocationEnd {
            result: Ok(run.invocation.payload.clone()),
            log: Vec::new(),
            timing: Timing::default(),
            log_stream: String::new(),
            trace_documents: Vec::new(),
        };
        done(Ok(Arc::new(Ok::<_, Refusal>(end))));
    }
}

fn call(world: &mut World, service: &str, operation: &str, input: &Json) -> Answer {
    let answer = world.call(&Keys::bootstrap(), service, operation, input);
    assert!(answer.ok(), "{operation}: {answer:?}");
    answer
}

fn create(world: &mut World, name: &str) {
    let input = json!({"FunctionName": name, "Runtime": "provided.al2023", "Handler": "echo",
        "Role": "arn:aws:iam::000000000000:role/worker", "Code": {"ZipFile": PACKAGE}});
    call(world, "lambda", "CreateFunction", &input);
}

fn make_role(world: &mut World) {
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
    call(world, "iam", "CreateRole", &json!({"RoleName": "worker", "AssumeRolePolicyDocument": trust.to_string()}));
    let all = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]});
    let input = json!({"RoleName": "worker", "PolicyName": "p", "PolicyDocument": all.to_string()});
    call(world, "iam", "PutRolePolicy", &input);
}

fn invoke(world: &mut World, name: &str) -> Call {
    world.begin(&Keys::bootstrap(), "lambda", "Invoke", &json!({"FunctionName": name}))
}

fn waits(call: Call) -> usize {
    match call {
        Call::Waiting(ticket) => ticket,
        Call::Done(answer) => panic!("it does not run: {answer:?}"),
    }
}

fn refused(call: Call) -> String {
    match call {
        Call::Done(answer) => answer.code,
        Call::Waiting(_) => panic!("it runs"),
    }
}

#[test]
fn no_more_run_at_once_than_are_reserved() {
    let slow = Arc::new(Slow::default());
    let mut world = World::with_engines(testkit::directory(), vec![slow.clone()]);
    make_role(&mut world);
    create(&mut world, "few");
    create(&mut world, "other");
    let reserve = json!({"FunctionName": "few", "ReservedConcurrentExecutions": 2});
    call(&mut world, "lambda", "PutFunctionConcurrency", &reserve);
    let first = waits(invoke(&mut world, "few"));
    let second = waits(invoke(&mut world, "few"));
    assert_eq!(refused(invoke(&mut world, "few")), "TooManyRequestsException");
    assert_eq!(slow.running(), 2);
    // Others have their own.
    waits(invoke(&mut world, "other"));
    slow.end_one();
    world.go_on();
    assert!(world.take(first).unwrap().ok());
    waits(invoke(&mut world, "few"));
    assert_eq!(refused(invoke(&mut world, "few")), "TooManyRequestsException");
    // A client that hangs up does not stop its function.
    world.hang_up(second);
    assert_eq!(refused(invoke(&mut world, "few")), "TooManyRequestsException");
    slow.end_one();
    world.go_on();
    waits(invoke(&mut world, "few"));
}

#[test]
fn events_that_were_accepted_and_mappings_outlast_a_restart() {
    let slow = Arc::new(Slow::default());
    let mut world = World::with_engines(testkit::directory(), vec![slow.clone()]);
    make_role(&mut world);
    create(&mut world, "worker");
    call(&mut world, "sqs", "CreateQueue", &json!({"QueueName": "orders"}));
    let source = "arn:aws:sqs:us-east-1:000000000000:orders";
    let mapping = json!({"FunctionName": "worker", "EventSourceArn": source});
    call(&mut world, "lambda", "CreateEventSourceMapping", &mapping);
    let event = json!({"FunctionName": "worker", "InvocationType": "Event", "Payload": "eyJhIjogMX0="});
    call(&mut world, "lambda", "Invoke", &event);
    assert_eq!((slow.running(), world.cloud().deliveries_waiting()), (1, 2));
    // The process ends in the middle of the invocation; a new one has the same state.
    let (store, clock) = (world.cloud().store().clone(), clock::Clock::held(world.cloud().clock().now()));
    drop(world);
    let mut world = World::over(store, clock, testkit::directory(), pipeline::Settings::default());
    let url = "http://localhost:4566/000000000000/orders";
    call(&mut world, "sqs", "SendMessage", &json!({"QueueUrl": url, "MessageBody": "one"}));
    let names = json!({"QueueUrl": url, "AttributeNames": ["ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible"]});
    let left = call(&mut world, "sqs", "GetQueueAttributes", &names).output;
    assert_eq!(left["Attributes"]["ApproximateNumberOfMessages"], "0");
    assert_eq!(left["Attributes"]["ApproximateNumberOfMessagesNotVisible"], "0");
    let invoked = world.records(usize::MAX).iter().filter(|record| record.operation == "Invoke").count();
    assert_eq!((invoked, world.cloud().deliveries_waiting()), (2, 1), "the event and the message; the mapping waits");
}

#[test]
fn a_mapping_that_waits_costs_a_wind_nothing() {
    let mut world = World::default();
    make_role(&mut world);
    create(&mut world, "worker");
    call(&mut world, "sqs", "CreateQueue", &json!({"QueueName": "orders"}));
    let source = "arn:aws:sqs:us-east-1:000000000000:orders";
    let mapping = json!({"FunctionName": "worker", "EventSourceArn": source});
    call(&mut world, "lambda", "CreateEventSourceMapping", &mapping);
    let before = world.records(usize::MAX).len();
    world.advance(Duration::from_secs(90 * 86_400)).unwrap();
    assert_eq!(world.records(usize::MAX).len(), before);
    assert_eq!(world.cloud().deliveries_waiting(), 1);
}
