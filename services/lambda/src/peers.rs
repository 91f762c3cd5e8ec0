//! All that Lambda calls: its own invocations of events and batches, queues that it polls, where records of events go, the logs
//! of functions, and the sessions of their roles.

use crate::address;
use crate::delivery::Tag;
use crate::errors;
use crate::state::RoleSession;
use service::function::Retirement;
use service::shape::shape;
use service::{
    Arn, ArnParts, As, Bytes, Call, Cx, Error, IndexMap, LetterId, Result, Tell, Timestamp, Value, View, peer,
};

peer! {
    /// Invokes a function.
    "lambda".Invoke {
        function_name: String = "FunctionName",
        qualifier: Option<String> = "Qualifier",
        invocation_type: Option<String> = "InvocationType",
        client_context: Option<String> = "ClientContext",
        payload: Option<Bytes> = "Payload",
    } -> Invoked {}

    /// The session of a function's role.
    "sts".AssumeRole {
        role_arn: String = "RoleArn",
        role_session_name: String = "RoleSessionName",
    } -> Assumed {
        credentials: Option<Credentials> = "Credentials",
    }

    /// A package that lies in a bucket.
    "s3".GetObject {
        bucket: String = "Bucket",
        key: String = "Key",
        version_id: Option<String> = "VersionId",
    } -> Object {
        body: Option<Bytes> = "Body",
    }

    /// Waits for messages.
    "sqs".ReceiveMessage {
        queue_url: String = "QueueUrl",
        message_system_attribute_names: Vec<String> = "MessageSystemAttributeNames",
        message_attribute_names: Vec<String> = "MessageAttributeNames",
        max_number_of_messages: i64 = "MaxNumberOfMessages",
        wait_time_seconds: i64 = "WaitTimeSeconds",
    } -> Received {}

    /// Deletes messages that were processed.
    "sqs".DeleteMessageBatch {
        queue_url: String = "QueueUrl",
        entries: Vec<DeletedMessage> = "Entries",
    } -> Deleted {}

    /// What a queue is.
    "sqs".GetQueueAttributes {
        queue_url: String = "QueueUrl",
        attribute_names: Vec<String> = "AttributeNames",
    } -> QueueAttributes {
        attributes: Option<IndexMap<String, String>> = "Attributes",
    }

    /// Sends segments.
    "xray".PutTraceSegments {
        trace_segment_documents: Vec<String> = "TraceSegmentDocuments",
    } -> SegmentsPut {}

    /// Makes a log group.
    "logs".CreateLogGroup {
        log_group_name: String = "logGroupName",
    } -> LogGroupMade {}

    /// Makes a log stream.
    "logs".CreateLogStream {
        log_group_name: String = "logGroupName",
        log_stream_name: String = "logStreamName",
    } -> LogStreamMade {}

    /// Puts lines into a log stream.
    "logs".PutLogEvents {
        log_group_name: String = "logGroupName",
        log_stream_name: String = "logStreamName",
        log_events: Vec<LogEvent> = "logEvents",
    } -> LogEventsPut {}
}

shape! {
    /// Credentials of STS.
    pub struct Credentials {
        /// `AccessKeyId`
        pub access_key_id: String = "AccessKeyId",
        /// `SecretAccessKey`
        pub secret_access_key: String = "SecretAccessKey",
        /// `SessionToken`
        pub session_token: String = "SessionToken",
        /// `Expiration`
        pub expiration: Timestamp = "Expiration",
    }

    /// A message to be deleted.
    pub struct DeletedMessage {
        /// `Id`
        pub id: String = "Id",
        /// `ReceiptHandle`
        pub receipt_handle: String = "ReceiptHandle",
    }

    /// A line of a log.
    pub struct LogEvent {
        /// In milliseconds since 1970.
        pub timestamp: i64 = "timestamp",
        /// The line.
        pub message: String = "message",
    }
}

/// Who a function is to others: its role, for its ARN.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The role's ARN.
    pub role: String,
    /// The function's name, which its sessions have.
    pub function: String,
    /// The function's ARN.
    pub arn: Arn,
}

impl Actor {
    /// As this function.
    pub fn by(&self) -> As {
        As::role(&self.role, &self.session_name(), &self.arn)
    }

    /// The function's name, as AWS has it. STS takes none of one letter.
    fn session_name(&self) -> String {
        if self.function.len() < 2 { format!("lambda-{}", self.function) } else { self.function.clone() }
    }
}

/// A new session of a function's role, for its sandboxes.
///
/// # Errors
/// `AccessDeniedException` where the role does not let Lambda assume it.
pub fn assume(cx: &mut Cx, actor: &Actor) -> Result<RoleSession> {
    let wish = AssumeRole { role_arn: actor.role.clone(), role_session_name: actor.session_name() };
    // Asked, not called: an invocation may write nothing before its end, and STS may.
    let assumed = cx.ask(&As::service(&actor.arn), &wish).map_err(|error| match error.code() {
        "AccessDenied" => errors::role_refuses(),
        _ => error,
    })?;
    let Credentials { access_key_id, secret_access_key, session_token, expiration } =
        assumed.credentials.ok_or_else(|| Error::internal("a role was assumed, and there are no credentials"))?;
    Ok(RoleSession {
        role: actor.role.clone(),
        access_key_id,
        secret_access_key,
        session_token,
        expires_at: expiration,
    })
}

/// Whether Lambda may assume a role for a function.
///
/// # Errors
/// `InvalidParameterValueException`
pub fn check_role(cx: &mut Cx, actor: &Actor) -> Result<()> {
    let wish = AssumeRole { role_arn: actor.role.clone(), role_session_name: actor.session_name() };
    cx.call(&As::service(&actor.arn), &wish).map(drop).map_err(|_| errors::role_not_assumable())
}

/// Where a package lies.
#[derive(Debug, Clone, Default)]
pub struct InBucket {
    /// `S3Bucket`
    pub bucket: Option<String>,
    /// `S3Key`
    pub key: Option<String>,
    /// `S3ObjectVersion`
    pub version: Option<String>,
}

/// A package from a bucket, read with the rights of who asks.
///
/// # Errors
/// `InvalidParameterValueException`, with S3's own words where it refuses. The first error is none, as with all questions: it
/// must be passed on.
pub fn fetch(cx: &mut Cx, place: InBucket) -> Result<Bytes> {
    let (Some(bucket), Some(key)) = (place.bucket, place.key) else {
        return Err(errors::invalid("Please provide both S3Bucket and S3Key."));
    };
    match cx.ask(&As::caller(), &GetObject { bucket, key, version_id: place.version }) {
        Ok(object) => Ok(object.body.unwrap_or_default()),
        // A fault of the cloud, and the question itself, are not S3's refusal.
        Err(error) if error.is_receiver_fault() || error.code() == "NotImplemented" => Err(error),
        Err(error) => {
            let (code, message) = (error.code(), error.message());
            let text = format!("Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}");
            Err(errors::invalid(text))
        }
    }
}

/// Ends what stands ready for a function. Where nothing runs functions, nothing stands ready.
///
/// # Errors
/// The first is none, as with all questions: it must be passed on.
pub fn retire(cx: &mut Cx, function: &Arn) -> Result<()> {
    match cx.run(Retirement { function_arn: function.to_string() }) {
        Err(error) if error.code() == "NotImplemented" => Ok(()),
        done => done,
    }
}

/// Waits for messages of a queue, as the function: the delivery lasts until there are some, or it is recalled.
pub fn poll(cx: &mut Cx, actor: &Actor, queue: &str, most: i64, tag: &Tag) -> Result<LetterId> {
    let wish = ReceiveMessage {
        queue_url: queue_url(cx, queue),
        message_system_attribute_names: vec!["All".to_owned()],
        message_attribute_names: vec!["All".to_owned()],
        max_number_of_messages: most,
        // The longest that SQS knows; it lets Lambda's own polls wait on.
        wait_time_seconds: 20,
    };
    cx.after_until_recalled(&actor.by(), &wish, Tell::outcome(tag)?)
}

/// Deletes messages, ten at a time.
pub fn delete(cx: &mut Cx, actor: &Actor, queue: &str, receipts: &[String], tag: &Tag) -> Result<()> {
    for ten in receipts.chunks(10) {
        let entry =
            |(at, receipt): (usize, &String)| DeletedMessage { id: at.to_string(), receipt_handle: receipt.clone() };
        let entries = ten.iter().enumerate().map(entry).collect();
        let wish = DeleteMessageBatch { queue_url: queue_url(cx, queue), entries };
        cx.after(&actor.by(), &wish, Tell::failures(tag)?)?;
    }
    Ok(())
}

/// The seconds for which a queue hides what was received.
///
/// # Errors
/// `InvalidParameterValueException`, with SQS's own words where it refuses.
pub fn visibility_timeout(cx: &mut Cx, actor: &Actor, queue: &str) -> Result<i64> {
    let wish =
        GetQueueAttributes { queue_url: queue_url(cx, queue), attribute_names: vec!["VisibilityTimeout".to_owned()] };
    let answer = cx.call(&actor.by(), &wish).map_err(|error| {
        if error.code().contains("AccessDenied") {
            let text = "The function execution role does not have permissions to call GetQueueAttributes on SQS";
            return errors::invalid(text);
        }
        let text = format!(
            "Error occurred while GetQueueAttributes. SQS Error Code: {}. SQS Error Message: {}",
            error.code(),
            error.message()
        );
        errors::invalid(text)
    })?;
    let seconds = answer.attributes.and_then(|all| all.get("VisibilityTimeout")?.parse().ok());
    Ok(seconds.unwrap_or_default())
}

/// Sends a text to a queue, a topic, a function or a bus, as the function. `detail_type` names it on a bus.
///
/// # Errors
/// `InvalidParameterValueException` where the ARN is of none of them.
pub fn send(cx: &mut Cx, actor: &Actor, target: &str, message: &Message<'_>, tag: &Tag) -> Result<()> {
    let Some(call) = message.call(cx, target) else {
        return Err(errors::invalid(format!("The destination ARN {target} is invalid.")));
    };
    let by = match ArnParts::parse(target).ok().and_then(|parts| service::Region::new(parts.region)) {
        Some(region) => actor.by().within(service::Scope::new(cx.account(), region)),
        None => actor.by(),
    };
    cx.after(&by, &call, Tell::outcome(tag)?)
}

/// What is sent to a destination.
pub struct Message<'a> {
    /// The body.
    pub text: &'a str,
    /// Attributes of a message: name, type and value.
    pub attributes: &'a [(&'a str, &'a str, String)],
    /// What happened, as buses call it.
    pub detail_type: &'a str,
    /// The ARN of what it is about.
    pub about: &'a str,
}

impl Message<'_> {
    fn call(&self, view: &View, target: &str) -> Option<Call> {
        let parts = ArnParts::parse(target).ok()?;
        let (service, operation, input) = match parts.service {
            "sqs" => {
                let url = queue_url(view, target);
                let members = [("QueueUrl", url.into()), ("MessageBody", self.text.into()), self.attributes()];
                ("sqs", "SendMessage", map(members))
            }
            "sns" => {
                ("sns", "Publish", map([("TopicArn", target.into()), ("Message", self.text.into()), self.attributes()]))
            }
            "lambda" => {
                let payload = Value::Blob(Bytes::copy_from_slice(self.text.as_bytes()));
                let members =
                    [("FunctionName", target.into()), ("InvocationType", "Event".into()), ("Payload", payload)];
                ("lambda", "Invoke", map(members))
            }
            "events" => {
                let entry = map([
                    ("Source", "lambda".into()),
                    ("DetailType", self.detail_type.into()),
                    ("Detail", self.text.into()),
                    ("EventBusName", target.into()),
                    ("Resources", Value::List(vec![target.into(), self.about.into()])),
                ]);
                ("events", "PutEvents", map([("Entries", Value::List(vec![entry]))]))
            }
            _ => return None,
        };
        Some(Call { service: service.to_owned(), operation: operation.to_owned(), input })
    }

    fn attributes(&self) -> (&'static str, Value) {
        if self.attributes.is_empty() {
            return ("MessageAttributes", Value::Null);
        }
        let attribute = |(name, kind, value): &(&str, &str, String)| {
            let value = map([("DataType", (*kind).into()), ("StringValue", value.as_str().into())]);
            ((*name).to_owned(), value)
        };
        let all: IndexMap<String, Value> = self.attributes.iter().map(attribute).collect();
        ("MessageAttributes", Value::Map(all))
    }
}

/// Whether events can be sent to what an ARN names.
pub fn is_destination(arn: &str) -> bool {
    ArnParts::parse(arn).is_ok_and(|parts| ["sqs", "sns", "lambda", "events"].contains(&parts.service))
}

/// The URL by which a queue is called.
fn queue_url(view: &View, arn: &str) -> String {
    match ArnParts::parse(arn) {
        Ok(parts) => format!("{}/{}/{}", view.request().base_url, parts.account, parts.resource),
        Err(_) => String::new(),
    }
}

fn map<const N: usize>(members: [(&str, Value); N]) -> Value {
    let set = members.into_iter().filter(|(_, value)| !value.is_null());
    Value::Map(set.map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Invokes a function for one of this service's own: a mapping's batch, or an event that was accepted. It is of the trace that
/// is given, if one is.
pub fn invoke(cx: &mut Cx, source: &Arn, wish: &Invoke, (tag, trace): (&Tag, Option<String>)) -> Result<()> {
    cx.after(&As::service(source).traced(trace), wish, Tell::outcome(tag)?)
}

/// Sends segments to X-Ray, as a function, as many at a time as X-Ray's daemon does. What X-Ray does not take is lost, as on AWS.
pub fn send_segments(cx: &mut Cx, actor: &Actor, documents: Vec<String>) -> Result<()> {
    const AT_ONCE: usize = 50;
    if !cx.offers("xray", "PutTraceSegments") {
        return Ok(());
    }
    for some in documents.chunks(AT_ONCE) {
        let wish = PutTraceSegments { trace_segment_documents: some.to_vec() };
        cx.after(&actor.by(), &wish, Tell::failures(&Tag::Segments)?)?;
    }
    Ok(())
}

/// Whether a function's role may send segments, which AWS makes sure of where a function traces.
///
/// # Errors
/// `InvalidParameterValueException`
pub fn check_tracing(cx: &mut Cx, actor: &Actor) -> Result<()> {
    if !cx.offers("xray", "PutTraceSegments") {
        return Ok(());
    }
    let nothing = PutTraceSegments { trace_segment_documents: Vec::new() };
    cx.call(&actor.by(), &nothing).map(drop).map_err(|_| {
        errors::invalid("The provided execution role does not have permissions to call PutTraceSegments on XRAY")
    })
}

/// As whom a function acts.
pub fn actor(view: &View, function: &str, role: &str) -> Actor {
    Actor { role: role.to_owned(), function: function.to_owned(), arn: address::arn(view.scope(), function, None) }
}
