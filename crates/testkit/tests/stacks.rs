//! Stacks go on where they were, whenever the process is killed.
#![expect(clippy::disallowed_methods, reason = "a test copies what a killed process leaves")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use clock::{Clock, Duration, Timestamp};
use pipeline::{Peer, Settings};
use serde_json::{Value as Json, json};
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use store::{Options, Store};
use testkit::{Keys, World};

const BEGINNING: Timestamp = Timestamp::from_secs(1_767_225_600);

const TEMPLATE: &str = "
Parameters: {Called: {Type: String, Default: first}, Seconds: {Type: Number, Default: 1}}
Resources:
  Topic: {Type: 'AWS::SNS::Topic', Properties: {TopicName: !Ref Called}}
  Queue: {Type: 'AWS::SQS::Queue', Properties: {DelaySeconds: !Ref Seconds, Tags: [{Key: topic, Value: !Ref Topic}]}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]}
      Policies: [{PolicyName: p, PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Queue.Arn}]}}]
  Table: {Type: 'AWS::DynamoDB::Table', Properties: {BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{AttributeName: id, AttributeType: S}], KeySchema: [{AttributeName: id, KeyType: HASH}]}}
";

fn world(dir: &Path) -> World {
    let store = Store::open(dir, Options::default()).unwrap();
    World::over(store, Clock::held(BEGINNING), catalog::directory(), Settings::default())
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn call(world: &mut World, (service, operation): (&str, &str), input: &Json) -> Json {
    let answer = world.call(&Keys::bootstrap(), service, operation, input);
    assert!(answer.ok(), "{operation}: {answer:?}");
    answer.output
}

fn count(world: &mut World, call_of: (&str, &str), member: &str) -> usize {
    call(world, call_of, &json!({}))[member].as_array().map_or(0, Vec::len)
}

/// What there is: topics, queues, roles and tables.
fn inventory(world: &mut World) -> [usize; 4] {
    [
        count(world, ("sns", "ListTopics"), "Topics"),
        count(world, ("sqs", "ListQueues"), "QueueUrls"),
        count(world, ("iam", "ListRoles"), "Roles"),
        count(world, ("dynamodb", "ListTables"), "TableNames"),
    ]
}

fn create(template: &str) -> Json {
    json!({"StackName": "s", "TemplateBody": template, "Capabilities": ["CAPABILITY_IAM"]})
}

/// Does one operation after those that come first, is killed after each of its deliveries in turn, and looks at what the next process makes of it.
fn killed(first: &[(&str, &str, Json)], (operation, input): (&str, &Json), check: impl Fn(&mut World)) {
    let mut steps = 0;
    loop {
        let dir = tempfile::tempdir().unwrap();
        let (before, after) = (dir.path().join("before"), dir.path().join("after"));
        let mut whole = world(&before);
        for (service, operation, input) in first {
            call(&mut whole, (service, operation), input);
            whole.advance(Duration::from_secs(60)).unwrap();
        }
        let date = whole.cloud().clock().real();
        let request = whole.request(&Keys::bootstrap(), ("cloudformation", operation), input, date).unwrap();
        // The request is answered, and nothing that it handed over has been delivered yet.
        whole.cloud().handle(request, Peer { ip: IpAddr::V4(Ipv4Addr::LOCALHOST), secure: false });
        let mut done = 0;
        while done < steps && whole.cloud().deliver_one().unwrap() {
            done += 1;
        }
        copy(&before, &after);
        drop(whole);
        let mut next = world(&after);
        next.advance(Duration::from_secs(120)).unwrap();
        check(&mut next);
        if done < steps {
            assert!(steps > 3, "there is hardly anything to be killed in");
            return;
        }
        steps += 1;
    }
}

fn status(world: &mut World) -> String {
    let stacks = call(world, ("cloudformation", "DescribeStacks"), &json!({}));
    stacks["Stacks"][0]["StackStatus"].as_str().unwrap_or("none").to_owned()
}

#[test]
fn a_creation_goes_on_after_a_kill() {
    killed(&[], ("CreateStack", &create(TEMPLATE)), |world| {
        assert_eq!((status(world).as_str(), inventory(world)), ("CREATE_COMPLETE", [1, 1, 1, 1]));
    });
}

#[test]
fn a_rollback_goes_on_after_a_kill() {
    let bad = TEMPLATE.replace("DelaySeconds: !Ref Seconds", "DelaySeconds: 901");
    killed(&[], ("CreateStack", &create(&bad)), |world| {
        assert_eq!((status(world).as_str(), inventory(world)), ("ROLLBACK_COMPLETE", [0, 0, 0, 0]));
    });
}

#[test]
fn an_update_goes_on_after_a_kill() {
    let mut update = create(TEMPLATE);
    update["Parameters"] = json!([
        {"ParameterKey": "Called", "ParameterValue": "second"},
        {"ParameterKey": "Seconds", "ParameterValue": "9"}
    ]);
    killed(&[("cloudformation", "CreateStack", create(TEMPLATE))], ("UpdateStack", &update), |world| {
        assert_eq!((status(world).as_str(), inventory(world)), ("UPDATE_COMPLETE", [1, 1, 1, 1]));
    });
}

#[test]
fn a_deletion_goes_on_after_a_kill() {
    killed(
        &[("cloudformation", "CreateStack", create(TEMPLATE))],
        ("DeleteStack", &json!({"StackName": "s"})),
        |world| {
            assert_eq!((status(world).as_str(), inventory(world)), ("none", [0, 0, 0, 0]));
        },
    );
}

#[test]
fn what_is_waited_for_is_waited_for_after_a_kill() {
    let template = "
Resources:
  Topic: {Type: 'AWS::SNS::Topic'}
  Handle: {Type: 'AWS::CloudFormation::WaitConditionHandle', DependsOn: Topic}
  Wait: {Type: 'AWS::CloudFormation::WaitCondition', Properties: {Handle: !Ref Handle, Timeout: '30'}}
";
    killed(&[], ("CreateStack", &create(template)), |world| {
        assert_eq!((status(world).as_str(), inventory(world)), ("ROLLBACK_COMPLETE", [0, 0, 0, 0]));
    });
}

#[test]
fn a_nested_stack_goes_on_after_a_kill() {
    // `Resources: {Topic: {Type: 'AWS::SNS::Topic'}}`
    let child = "UmVzb3VyY2VzOiB7VG9waWM6IHtUeXBlOiAnQVdTOjpTTlM6OlRvcGljJ319";
    let first = [
        ("s3", "CreateBucket", json!({"Bucket": "templates"})),
        ("s3", "PutObject", json!({"Bucket": "templates", "Key": "child", "Body": child})),
    ];
    let template = "
Resources:
  Child: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: 'https://templates.s3.amazonaws.com/child'}}
  Queue: {Type: 'AWS::SQS::Queue', Properties: {Tags: [{Key: child, Value: !Ref Child}]}}
";
    killed(&first, ("CreateStack", &create(template)), |world| {
        let stacks = call(world, ("cloudformation", "DescribeStacks"), &json!({}));
        let all: Vec<&str> =
            stacks["Stacks"].as_array().unwrap().iter().filter_map(|stack| stack["StackStatus"].as_str()).collect();
        assert_eq!((all, inventory(world)), (vec!["CREATE_COMPLETE"; 2], [1, 1, 0, 0]));
    });
}
