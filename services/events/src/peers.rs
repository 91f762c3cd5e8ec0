//! All that EventBridge calls: which operation each kind of target is, and the dead-letter queues.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html>

use crate::address::scope_of;
use crate::delivery::Tag;
use crate::event::text_of;
use crate::path::Path;
use crate::state::Target;
use service::pattern::Json;
use service::{Arn, ArnParts, As, Bytes, Call, Cx, IndexMap, Result, Scope, Tell, Value, View};

/// One event on its way to one target.
pub struct Sending<'a> {
    /// The rule's ARN.
    pub rule_arn: &'a Arn,
    /// The rule's name.
    pub rule: &'a str,
    /// The target.
    pub target: &'a Target,
    /// The event as it lay on the bus.
    pub event: &'a str,
    /// The trace of the event, where that is not the request's.
    pub trace: Option<&'a str>,
    /// Its id.
    pub event_id: &'a str,
    /// What the target gets; `None` where the target's path finds nothing.
    pub input: Option<String>,
}

/// What the members of a call are made of.
struct Facts<'a> {
    view: &'a View,
    target: &'a Target,
    parts: ArnParts<'a>,
    /// The target's resource without its kind.
    name: &'a str,
    event: &'a Json<'a>,
    event_id: &'a str,
    input: &'a str,
}

type Make = fn(&Facts<'_>) -> Value;

/// A kind of target.
pub struct Kind {
    /// The service in its ARNs.
    arn_service: &'static str,
    /// How its resource begins.
    resource: &'static str,
    /// The service, by prefix.
    pub service: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// Whether it is called as a role; others may be.
    pub needs_role: bool,
    input: Make,
    /// A call that must be made before.
    before: Option<(&'static str, Make)>,
}

/// Every kind of target that can be called without parameters of its own.
static KINDS: [Kind; 10] = [
    Kind {
        needs_role: false,
        ..kind("sqs", "", ("sqs", "SendMessage"), |f| {
            map([
                ("QueueUrl", queue_url(f.view, &f.parts).into()),
                ("MessageBody", f.input.into()),
                ("MessageGroupId", optional(f.target.message_group_id.as_deref())),
            ])
        })
    },
    Kind {
        needs_role: false,
        ..kind("sns", "", ("sns", "Publish"), |f| {
            map([("TopicArn", f.target.arn.as_str().into()), ("Message", f.input.into())])
        })
    },
    Kind {
        needs_role: false,
        ..kind("lambda", "function:", ("lambda", "Invoke"), |f| {
            map([
                ("FunctionName", f.target.arn.as_str().into()),
                ("InvocationType", "Event".into()),
                ("Payload", bytes(f.input)),
            ])
        })
    },
    kind("states", "stateMachine:", ("states", "StartExecution"), |f| {
        map([("stateMachineArn", f.target.arn.as_str().into()), ("input", f.input.into())])
    }),
    // The whole event goes to another bus; see `ops/events.rs`.
    Kind {
        needs_role: false,
        ..kind("events", "event-bus/", ("events", "PutEvents"), |f| {
            let entry = map([
                ("Source", text_of(f.event, "source").into()),
                ("DetailType", text_of(f.event, "detail-type").into()),
                ("Detail", f.input.into()),
                ("EventBusName", f.target.arn.as_str().into()),
            ]);
            map([("Entries", Value::List(vec![entry]))])
        })
    },
    Kind {
        needs_role: false,
        before: Some(("CreateLogStream", |f| {
            map([("logGroupName", f.name.into()), ("logStreamName", f.event_id.into())])
        })),
        ..kind("logs", "log-group:", ("logs", "PutLogEvents"), |f| {
            let line = map([("timestamp", f.view.now().millis().into()), ("message", f.input.into())]);
            map([
                ("logGroupName", f.name.into()),
                ("logStreamName", f.event_id.into()),
                ("logEvents", Value::List(vec![line])),
            ])
        })
    },
    kind("kinesis", "stream/", ("kinesis", "PutRecord"), |f| {
        let path = f.target.partition_key_path.as_deref().and_then(Path::read);
        let key = path.and_then(|path| path.find(f.event)).map(|key| match key {
            Json::String(text) => text.into_owned(),
            other => other.to_string(),
        });
        map([
            ("StreamName", f.name.into()),
            ("Data", bytes(f.input)),
            ("PartitionKey", key.unwrap_or_else(|| f.event_id.to_owned()).into()),
        ])
    }),
    kind("firehose", "deliverystream/", ("firehose", "PutRecord"), |f| {
        map([("DeliveryStreamName", f.name.into()), ("Record", map([("Data", bytes(f.input))]))])
    }),
    kind("codebuild", "project/", ("codebuild", "StartBuild"), |f| map([("projectName", f.name.into())])),
    kind("codepipeline", "", ("codepipeline", "StartPipelineExecution"), |f| map([("name", f.name.into())])),
];

const fn kind(
    arn_service: &'static str,
    resource: &'static str,
    (service, operation): (&'static str, &'static str),
    input: Make,
) -> Kind {
    Kind { arn_service, resource, service, operation, needs_role: true, input, before: None }
}

/// The kind of target that an ARN names.
pub fn kind_of(arn: &str) -> Option<&'static Kind> {
    let parts = ArnParts::parse(arn).ok()?;
    KINDS.iter().find(|kind| kind.arn_service == parts.service && parts.resource.starts_with(kind.resource))
}

/// Sends what a target gets, or the first step of it.
pub fn send(cx: &mut Cx, sending: &Sending<'_>, event: &Json<'_>) -> Result<()> {
    let tag = Tag::of(sending);
    let Some(input) = &sending.input else {
        return crate::delivery::failed_to_make_input(cx, &tag);
    };
    let calls = calls(cx, sending, input, event);
    deliver(cx, tag, calls, sending.trace)
}

/// Hands over the first of some calls, as part of a trace that is not the request's; the others wait in the tag for its success.
pub fn deliver(cx: &mut Cx, mut tag: Tag, mut calls: Vec<Call>, trace: Option<&str>) -> Result<()> {
    if calls.is_empty() {
        return Ok(());
    }
    let first = calls.remove(0);
    let by = by(&tag);
    let many = !calls.is_empty();
    tag.then = calls;
    let by = match trace {
        Some(trace) => by.traced(Some(trace.to_owned())),
        None => by,
    };
    cx.after(&by, &first, if many { Tell::outcome(&tag)? } else { Tell::failures(&tag)? })
}

fn calls(view: &View, sending: &Sending<'_>, input: &str, event: &Json<'_>) -> Vec<Call> {
    let arn = &sending.target.arn;
    let (Some(kind), Ok(parts)) = (kind_of(arn), ArnParts::parse(arn)) else { return Vec::new() };
    let name = parts.resource.strip_prefix(kind.resource).unwrap_or_default();
    let name = if kind.service == "logs" { name.trim_end_matches(":*") } else { name };
    let facts = Facts { view, target: sending.target, parts, name, event, event_id: sending.event_id, input };
    let call =
        |operation: &str, input| Call { service: kind.service.to_owned(), operation: operation.to_owned(), input };
    let before = kind.before.map(|(operation, input)| call(operation, input(&facts)));
    before.into_iter().chain([call(kind.operation, (kind.input)(&facts))]).collect()
}

/// As whom a target is called, and where.
fn by(tag: &Tag) -> As {
    let source = tag.rule_arn.parse().ok();
    let by = match (&tag.role_arn, source) {
        (Some(role), Some(source)) => As::role(role, &session_name(tag), &source),
        (None, Some(source)) => As::service(&source),
        (_, None) => As::caller(),
    };
    match scope(&tag.target_arn) {
        Some(scope) => by.within(scope),
        None => by,
    }
}

/// How EventBridge calls the sessions of the roles that it assumes.
fn session_name(tag: &Tag) -> String {
    let name = tag.rule_arn.rsplit('/').next().unwrap_or_default();
    format!("EventBridge-{name}").chars().take(64).collect()
}

fn scope(arn: &str) -> Option<Scope> {
    scope_of(&ArnParts::parse(arn).ok()?)
}

/// Puts an event into a dead-letter queue, for the rule that sent it.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html>
pub fn bury(cx: &mut Cx, tag: &Tag, queue: &str, attributes: Vec<(&str, String)>) -> Result<()> {
    let (Ok(source), Ok(parts)) = (tag.rule_arn.parse::<Arn>(), ArnParts::parse(queue)) else { return Ok(()) };
    let attribute = |(name, value): (&str, String)| {
        (name.to_owned(), map([("DataType", "String".into()), ("StringValue", value.into())]))
    };
    let attributes: IndexMap<String, Value> = attributes.into_iter().map(attribute).collect();
    let call = Call {
        service: "sqs".to_owned(),
        operation: "SendMessage".to_owned(),
        input: map([
            ("QueueUrl", queue_url(cx, &parts).into()),
            ("MessageBody", tag.event.as_str().into()),
            ("MessageAttributes", attributes.into()),
        ]),
    };
    let by = As::service(&source);
    let by = match scope_of(&parts) {
        Some(scope) => by.within(scope),
        None => by,
    };
    cx.after(&by, &call, Tell::outcome(&Tag { buried: true, then: Vec::new(), ..tag.clone() })?)
}

fn queue_url(view: &View, parts: &ArnParts<'_>) -> String {
    format!("{}/{}/{}", view.request().base_url, parts.account, parts.resource)
}

fn map<const N: usize>(members: [(&str, Value); N]) -> Value {
    let set = members.into_iter().filter(|(_, value)| !value.is_null());
    Value::Map(set.map(|(name, value)| (name.to_owned(), value)).collect())
}

fn optional(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::from)
}

fn bytes(text: &str) -> Value {
    Value::Blob(Bytes::copy_from_slice(text.as_bytes()))
}
