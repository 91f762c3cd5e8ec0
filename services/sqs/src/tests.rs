//! Whole-service behaviour that transcripts cannot show, and the small cloud that such tests run on.

use crate::address::Address;
use crate::api::*;
use crate::state::{DELIVERIES, MESSAGES, SENT, TURNS};
use crate::{ops, prepare, timers};
use clock::EntropySource;
use service::{
    Caller, CallerKind, Cx, Duration, Effects, IndexMap, Outcome, Prepared, Region, RequestId, RequestInfo, Result,
    Scope, Timer, Timestamp, View,
};
use std::sync::Arc;
use store::{Store, Timers};

pub const ACCOUNT: &str = "123456789012";

fn send_message(cx: &mut Cx, input: SendMessageRequest) -> Result<SendMessageResult> {
    let Prepared::Made(body_md5) = prepare::send_message(cx, &input)? else { panic!("it is not sent") };
    ops::sends::send_message(cx, input, body_md5)
}

/// One account's queues on a clock that stands still until it is advanced.
pub struct Cloud {
    pub store: Store,
    pub now: Timestamp,
    entropy: EntropySource,
}

impl Cloud {
    pub fn new() -> Cloud {
        Cloud { store: Store::memory(), now: Timestamp::from_secs(1_700_000_000), entropy: EntropySource::seeded(1) }
    }

    fn scope(&self) -> Scope {
        Scope::new(ACCOUNT.parse().unwrap(), Region::new("eu-central-1").unwrap())
    }

    fn info(&self, arrived: Timestamp) -> Arc<RequestInfo> {
        let account = ACCOUNT.parse().unwrap();
        let arn = format!("arn:aws:iam::{ACCOUNT}:root");
        let root = Caller { kind: CallerKind::Root, account, arn, user_id: ACCOUNT.into(), ..Caller::anonymous() };
        Arc::new(RequestInfo {
            id: RequestId(1),
            service: "sqs",
            operation: "Test",
            caller: Arc::new(root),
            arrived,
            base_url: "http://localhost:4566".into(),
            source_ip: "127.0.0.1".into(),
            user_agent: "test".into(),
            secure: false,
            via: None,
            trace: None,
            door: Default::default(),
        })
    }

    pub fn view(&self) -> View {
        View::of(&self.store, self.scope(), self.now, self.info(self.now))
    }

    /// Runs a handler in a transaction that commits when it answers.
    pub fn call<I, O>(&mut self, handler: fn(&mut Cx, I) -> Result<O>, input: I) -> Result<O> {
        self.run(self.now, |cx| handler(cx, input)).map(|(answer, _)| answer)
    }

    fn run<O>(&mut self, arrived: Timestamp, work: impl FnOnce(&mut Cx) -> Result<O>) -> Result<(O, Effects)> {
        let mut cx = Cx::begin(&self.store, self.scope(), self.now, self.info(arrived), self.entropy.stream());
        let answer = work(&mut cx)?;
        let (_, effects) = cx.commit(&[])?;
        Ok((answer, effects))
    }

    /// Lets time pass; timers fire at their instants.
    pub fn advance(&mut self, seconds: u64) {
        let end = self.now.after(Duration::from_secs(seconds));
        loop {
            let due = self.store.snapshot().due(end.0, 1).unwrap();
            let Some(entry) = due.first() else { break };
            self.now = self.now.max(Timestamp(entry.due));
            let timer = Timer::from_stored(Timestamp(entry.due), &entry.payload).unwrap();
            self.run(self.now, |cx| {
                cx.take_timer(&timer)?;
                timers::fire(cx, &timer)
            })
            .unwrap();
        }
        self.now = end;
    }

    pub fn create(&mut self, name: &str, attributes: &[(&str, &str)]) -> String {
        let input = CreateQueueRequest {
            queue_name: name.into(),
            attributes: Some(attributes.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()),
            ..CreateQueueRequest::default()
        };
        self.call(ops::queues::create_queue, input).unwrap().queue_url.unwrap()
    }

    pub fn send(&mut self, url: &str, body: &str, group: Option<&str>) -> SendMessageResult {
        let input = SendMessageRequest {
            queue_url: url.into(),
            message_body: body.into(),
            message_group_id: group.map(str::to_owned),
            ..SendMessageRequest::default()
        };
        self.call(send_message, input).unwrap()
    }

    pub fn try_receive(&mut self, input: ReceiveMessageRequest) -> Result<(Outcome<ReceiveMessageResult>, Effects)> {
        self.run(self.now, |cx| ops::receives::receive_message(cx, input, ()))
    }

    /// Receives without waiting.
    pub fn receive(&mut self, url: &str, most: i64, timeout: Option<i64>) -> Vec<Message> {
        let input = ReceiveMessageRequest {
            queue_url: url.into(),
            max_number_of_messages: Some(most),
            visibility_timeout: timeout,
            message_system_attribute_names: Some(vec!["All".into()]),
            wait_time_seconds: Some(0),
            ..ReceiveMessageRequest::default()
        };
        match self.try_receive(input).unwrap().0 {
            Outcome::Done(result) => result.messages.unwrap_or_default(),
            Outcome::Wait { .. } => panic!("a short poll waits"),
        }
    }

    pub fn delete(&mut self, url: &str, handle: &str) -> Result<()> {
        let input = DeleteMessageRequest { queue_url: url.into(), receipt_handle: handle.into() };
        self.call(ops::receipts::delete_message, input).map(drop)
    }

    pub fn hide(&mut self, url: &str, handle: &str, timeout: i64) -> Result<()> {
        let input = ChangeMessageVisibilityRequest {
            queue_url: url.into(),
            receipt_handle: handle.into(),
            visibility_timeout: timeout,
        };
        self.call(ops::receipts::change_message_visibility, input).map(drop)
    }

    /// Visible, in flight and delayed messages.
    pub fn counts(&self, url: &str) -> [i64; 3] {
        let names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ];
        let input = GetQueueAttributesRequest {
            queue_url: url.into(),
            attribute_names: Some(names.map(str::to_owned).to_vec()),
        };
        let shown = ops::attributes::get_queue_attributes(&self.view(), input).unwrap().attributes.unwrap();
        names.map(|name| shown[name].parse().unwrap())
    }
}

fn bodies(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.body.as_deref().unwrap()).collect()
}

fn handle(message: &Message) -> &str {
    message.receipt_handle.as_deref().unwrap()
}

fn poll(url: &str, seconds: i64) -> ReceiveMessageRequest {
    ReceiveMessageRequest {
        queue_url: url.into(),
        wait_time_seconds: Some(seconds),
        ..ReceiveMessageRequest::default()
    }
}

#[test]
fn a_long_poll_waits_until_something_becomes_visible() {
    let mut cloud = Cloud::new();
    let url = cloud.create("q", &[]);
    let at = |cloud: &Cloud, seconds| cloud.now.after(Duration::from_secs(seconds));
    let until = |cloud: &mut Cloud| match cloud.try_receive(poll(&url, 20)).unwrap().0 {
        Outcome::Wait { on, until } => Some((on, until)),
        Outcome::Done(_) => None,
    };
    let (on, deadline) = until(&mut cloud).unwrap();
    assert_eq!(deadline, at(&cloud, 20));

    let sent = cloud.run(cloud.now, |cx| {
        let input = SendMessageRequest {
            queue_url: url.clone(),
            message_body: "late".into(),
            delay_seconds: Some(7),
            ..SendMessageRequest::default()
        };
        send_message(cx, input)
    });
    let wakes = sent.unwrap().1.wakes;
    assert_eq!(wakes.iter().map(|wake| (wake.signal, wake.count)).collect::<Vec<_>>(), [(on, 1)]);
    assert_eq!(until(&mut cloud).unwrap().1, at(&cloud, 7), "the delayed message");
    cloud.advance(7);
    assert_eq!(until(&mut cloud), None);

    // At its deadline it answers, empty-handed.
    let arrived = cloud.now;
    cloud.advance(5);
    let answer = cloud.run(arrived, |cx| ops::receives::receive_message(cx, poll(&url, 5), ())).unwrap().0;
    assert_eq!(answer, Outcome::Done(ReceiveMessageResult { messages: None }));
}

#[test]
fn a_receive_that_finds_nothing_takes_no_lock() {
    let mut cloud = Cloud::new();
    let url = cloud.create("q", &[]);
    let is_answered = |cloud: &Cloud, input| {
        let prepared = prepare::receive_message(&cloud.view(), &input).unwrap();
        prepared == Prepared::Answer(ReceiveMessageResult { messages: None })
    };
    assert!(is_answered(&cloud, poll(&url, 0)));
    assert!(!is_answered(&cloud, poll(&url, 1)), "it is to wait");
    cloud.send(&url, "m", None);
    assert!(!is_answered(&cloud, poll(&url, 0)), "there is a message");
    assert_eq!(cloud.receive(&url, 1, Some(5)).len(), 1);
    assert!(is_answered(&cloud, poll(&url, 0)), "it is hidden");
    cloud.advance(5);
    assert!(!is_answered(&cloud, poll(&url, 0)), "it is visible again");
    let wrong = ReceiveMessageRequest { max_number_of_messages: Some(11), ..poll(&url, 0) };
    assert!(prepare::receive_message(&cloud.view(), &wrong).is_err());
}

#[test]
fn a_short_visibility_timeout_wakes_those_who_wait_already() {
    let mut cloud = Cloud::new();
    let url = cloud.create("q", &[]);
    for (timeout, woken) in [(30, 0), (19, 1)] {
        cloud.send(&url, "m", None);
        let input = ReceiveMessageRequest { visibility_timeout: Some(timeout), ..poll(&url, 0) };
        let wakes = cloud.try_receive(input).unwrap().1.wakes;
        assert_eq!(wakes.iter().map(|wake| wake.count).sum::<usize>(), woken, "{timeout}");
    }
}

#[test]
fn a_deleted_or_purged_queue_leaves_no_rows() {
    for fifo in [false, true] {
        let mut cloud = Cloud::new();
        let (name, attributes): (&str, &[(&str, &str)]) = match fifo {
            true => ("q.fifo", &[("FifoQueue", "true"), ("ContentBasedDeduplication", "true")]),
            false => ("q", &[]),
        };
        let url = cloud.create(name, attributes);
        let fill = |cloud: &mut Cloud| {
            for i in 0..1_300 {
                cloud.send(&url, &format!("m{i}"), fifo.then_some("g"));
            }
            assert_eq!(cloud.receive(&url, 10, None).len(), 10);
        };
        fill(&mut cloud);
        let old = cloud.receive(&url, 1, Some(60)).pop();
        cloud.call(ops::queues::purge_queue, PurgeQueueRequest { queue_url: url.clone() }).unwrap();
        assert_eq!(cloud.counts(&url), [0, 0, 0]);
        assert!(cloud.receive(&url, 10, None).is_empty());
        let sent = cloud.send(&url, "after", fifo.then_some("g"));
        if fifo {
            assert_eq!(sent.sequence_number.as_deref(), Some("10000000000000001300"));
        }
        if let Some(old) = old {
            cloud.delete(&url, handle(&old)).unwrap();
        }
        assert_eq!(bodies(&cloud.receive(&url, 10, None)), ["after"]);

        cloud.call(ops::queues::delete_queue, DeleteQueueRequest { queue_url: url.clone() }).unwrap();
        cloud.advance(0);
        let view = cloud.view();
        assert_eq!(view.rows(&MESSAGES, ()).count(), 0);
        assert_eq!(view.rows(&DELIVERIES, ()).count(), 0);
        assert_eq!(view.rows(&TURNS, ()).count(), 0);
        assert_eq!(view.rows(&SENT, ()).count(), 0);
        assert_eq!(Address::own(&view, name).find(&view).unwrap(), None);
    }
}

#[test]
fn expired_messages_are_neither_counted_nor_received_and_go_away() {
    let mut cloud = Cloud::new();
    let url = cloud.create("q", &[("MessageRetentionPeriod", "60")]);
    let send = |cloud: &mut Cloud, count| (0..count).for_each(|_| drop(cloud.send(&url, "m", None)));
    send(&mut cloud, 700);
    let in_flight = cloud.receive(&url, 10, Some(600));
    cloud.advance(59);
    send(&mut cloud, 3);
    assert_eq!(cloud.counts(&url), [693, 10, 0]);
    cloud.advance(1);
    assert_eq!(cloud.counts(&url), [3, 0, 0]);
    assert!(cloud.hide(&url, handle(&in_flight[0]), 5).is_err());
    assert_eq!(cloud.receive(&url, 10, None).len(), 3);
    cloud.advance(0);
    assert_eq!(cloud.view().rows(&MESSAGES, ()).count(), 3 + in_flight.len());
    // Nobody reads any more: sends alone clear away.
    cloud.advance(100);
    send(&mut cloud, 2_048);
    cloud.advance(100);
    send(&mut cloud, 1_024);
    cloud.advance(0);
    assert!(cloud.view().rows(&MESSAGES, ()).count() < 2_500);
}

#[test]
fn a_receive_attempt_can_be_repeated() {
    let mut cloud = Cloud::new();
    let url = cloud.create("q.fifo", &[("FifoQueue", "true"), ("ContentBasedDeduplication", "true")]);
    for i in 0..3 {
        cloud.send(&url, &format!("m{i}"), Some("g"));
    }
    let attempt = |cloud: &mut Cloud, id: &str| {
        let input = ReceiveMessageRequest {
            receive_request_attempt_id: Some(id.into()),
            max_number_of_messages: Some(2),
            ..poll(&url, 0)
        };
        match cloud.try_receive(input).unwrap().0 {
            Outcome::Done(result) => result.messages.unwrap_or_default(),
            Outcome::Wait { .. } => panic!("a short poll waits"),
        }
    };
    let first = attempt(&mut cloud, "a");
    assert_eq!(bodies(&first), ["m0", "m1"]);
    cloud.advance(20);
    assert_eq!(attempt(&mut cloud, "a"), first, "the same messages and handles");
    assert!(attempt(&mut cloud, "b").is_empty());
    cloud.advance(20);
    assert!(attempt(&mut cloud, "b").is_empty(), "the repetition began the visibility timeout anew");
    cloud.delete(&url, handle(&first[0])).unwrap();
    assert!(attempt(&mut cloud, "a").is_empty(), "what has changed cannot be repeated");
    cloud.advance(10);
    assert_eq!(bodies(&attempt(&mut cloud, "a")), ["m1", "m2"]);
}

#[test]
fn deduplication_lasts_five_minutes() {
    let mut cloud = Cloud::new();
    let url = cloud.create("q.fifo", &[("FifoQueue", "true"), ("ContentBasedDeduplication", "true")]);
    let first = cloud.send(&url, "m", Some("g"));
    cloud.advance(299);
    assert_eq!(cloud.send(&url, "m", Some("other")), first);
    cloud.advance(1);
    assert_ne!(cloud.send(&url, "m", Some("g")), first);
    assert_eq!(cloud.counts(&url), [2, 0, 0]);
    // What is forgotten goes with what comes.
    for i in 0..20 {
        cloud.advance(100);
        cloud.send(&url, &format!("m{i}"), Some("g"));
    }
    assert!(cloud.view().rows(&SENT, ()).count() <= 7);
}

#[test]
fn a_move_task_goes_at_its_pace_and_can_be_cancelled() {
    let mut cloud = Cloud::new();
    let dead = cloud.create("dead", &[]);
    let dead_arn = format!("arn:aws:sqs:eu-central-1:{ACCOUNT}:dead");
    let redrive = format!(r#"{{"deadLetterTargetArn":"{dead_arn}","maxReceiveCount":1}}"#);
    let url = cloud.create("q", &[("RedrivePolicy", &redrive)]);
    for i in 0..5 {
        cloud.send(&url, &format!("m{i}"), None);
    }
    assert_eq!(cloud.receive(&url, 10, Some(0)).len(), 5);
    assert!(cloud.receive(&url, 10, Some(0)).is_empty());
    assert_eq!((cloud.counts(&dead), cloud.counts(&url)), ([5, 0, 0], [0, 0, 0]));

    let start = |cloud: &mut Cloud, rate| {
        let input = StartMessageMoveTaskRequest {
            source_arn: dead_arn.clone(),
            max_number_of_messages_per_second: rate,
            ..StartMessageMoveTaskRequest::default()
        };
        cloud.call(ops::moves::start_message_move_task, input)
    };
    let newest = |cloud: &Cloud| {
        let input = ListMessageMoveTasksRequest { source_arn: dead_arn.clone(), max_results: None };
        let task = ops::moves::list_message_move_tasks(&cloud.view(), input).unwrap().results.unwrap().remove(0);
        (task.status.unwrap(), task.approximate_number_of_messages_moved.unwrap(), task.task_handle)
    };
    let task = start(&mut cloud, Some(2)).unwrap().task_handle;
    assert!(start(&mut cloud, None).is_err(), "one at a time");
    cloud.advance(0);
    assert_eq!(newest(&cloud), ("RUNNING".into(), 2, task.clone()));
    cloud.advance(1);
    let input = CancelMessageMoveTaskRequest { task_handle: task.unwrap() };
    let moved = cloud.call(ops::moves::cancel_message_move_task, input.clone()).unwrap();
    assert_eq!(moved.approximate_number_of_messages_moved, Some(4));
    assert_eq!(newest(&cloud), ("CANCELLING".into(), 4, None));
    cloud.advance(1);
    assert_eq!(newest(&cloud), ("CANCELLED".into(), 4, None));
    assert!(cloud.call(ops::moves::cancel_message_move_task, input).is_err());

    start(&mut cloud, None).unwrap();
    cloud.advance(0);
    assert_eq!(newest(&cloud), ("COMPLETED".into(), 1, None));
    assert_eq!((cloud.counts(&dead), cloud.counts(&url)), ([0, 0, 0], [5, 0, 0]));
    assert_eq!(bodies(&cloud.receive(&url, 10, None)).len(), 5);

    // What was never anywhere else cannot go back.
    cloud.send(&dead, "stranger", None);
    start(&mut cloud, None).unwrap();
    cloud.advance(0);
    assert_eq!(newest(&cloud).0, "FAILED");
}

#[test]
fn every_operation_asks_for_its_queue() {
    let cloud = Cloud::new();
    let arn = format!("arn:aws:sqs:eu-central-1:{ACCOUNT}:q");
    let view = cloud.view();
    for operation in crate::SERVICE.operations {
        let mut input = (operation.input)();
        let names = input.members();
        for (index, name) in names.iter().enumerate() {
            let value = match *name {
                "QueueUrl" => format!("http://localhost/{ACCOUNT}/q"),
                "QueueName" => "q".to_owned(),
                "SourceArn" => arn.clone(),
                "TaskHandle" => {
                    "eyJ0YXNrSWQiOiJ4Iiwic291cmNlQXJuIjoiYXJuOmF3czpzcXM6ZXUtY2VudHJhbC0xOjEyMzQ1Njc4OTAxMjpxIn0="
                        .into()
                }
                _ => continue,
            };
            if let Some(service::shape::Slot::Str(text)) = input.member_mut(index).map(service::Node::slot) {
                *text = value;
            }
        }
        let service::Access::Checks(checks) = (operation.access)(&view, &*input).unwrap() else { panic!() };
        let expect = if operation.name == "ListQueues" { "*" } else { &arn };
        assert!(!checks.is_empty() && checks.iter().all(|check| check.resource == expect), "{}", operation.name);
        let action = format!("sqs:{}", operation.name.trim_end_matches("Batch"));
        assert_eq!(checks[0].action, action);
    }
}

#[test]
fn attributes_are_shown_as_they_were_set() {
    let mut cloud = Cloud::new();
    let url = cloud.create("q", &[("DelaySeconds", "9"), ("KmsMasterKeyId", "alias/k")]);
    let ask = |names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let input = GetQueueAttributesRequest { queue_url: url.clone(), attribute_names: Some(names) };
        ops::attributes::get_queue_attributes(&cloud.view(), input)
    };
    let shown: IndexMap<String, String> = ask(&["All"]).unwrap().attributes.unwrap();
    assert_eq!(shown["DelaySeconds"], "9");
    assert_eq!(
        (shown["SqsManagedSseEnabled"].as_str(), shown["KmsDataKeyReusePeriodSeconds"].as_str()),
        ("false", "300")
    );
    assert_eq!(ask(&[]).unwrap().attributes, None);
    assert_eq!(ask(&["FifoQueue"]).unwrap().attributes, None);
    for unknown in ["not-existing", ""] {
        let error = ask(&["QueueArn", unknown]).unwrap_err();
        assert_eq!(
            (error.code(), error.message()),
            ("InvalidAttributeName", format!("Unknown Attribute {unknown}.").as_str())
        );
    }
}
