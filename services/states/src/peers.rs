//! All that Step Functions calls: what tasks ask for, EventBridge, which is told of executions, and X-Ray.

use percent_encoding::percent_decode_str;
use serde_json::{Value as Json, json};
use service::shape::shape;
use service::{
    AccountId, Arn, ArnParts, As, Call, Caller, CallerKind, Check, Cx, Error, PolicyRole, Result, Tell, Value, View,
    peer,
};

peer! {
    /// Puts events onto a bus.
    "events".PutEvents {
        entries: Vec<StatusChange> = "Entries",
    } -> EventsPut {}

    /// Sends segments.
    "xray".PutTraceSegments {
        trace_segment_documents: Vec<String> = "TraceSegmentDocuments",
    } -> SegmentsPut {}

    /// Makes a log stream.
    "logs".CreateLogStream {
        log_group_name: String = "logGroupName",
        log_stream_name: String = "logStreamName",
    } -> StreamMade {}

    /// Puts entries into a log stream.
    "logs".PutLogEvents {
        log_group_name: String = "logGroupName",
        log_stream_name: String = "logStreamName",
        log_events: Vec<LogEntry> = "logEvents",
    } -> EntriesPut {}
}

shape! {
    /// An event about an execution.
    pub struct StatusChange {
        /// `aws.states`
        pub source: String = "Source",
        /// What happened.
        pub detail_type: String = "DetailType",
        /// The execution, as JSON.
        pub detail: String = "Detail",
        /// The execution's ARN.
        pub resources: Vec<String> = "Resources",
    }

    /// An entry of a log.
    pub struct LogEntry {
        /// When, in milliseconds since 1970.
        pub timestamp: i64 = "timestamp",
        /// What.
        pub message: String = "message",
    }
}

/// The most that events show of an execution's data, in bytes.
const LARGEST_DETAIL: usize = 248 * 1024;
/// How the sessions are called by which logs are written.
const LOGGING: &str = "StepFunctionsLogs";
/// And those by which traces are told of.
const TRACING: &str = "StepFunctionsTraces";

/// A call of a task's service, with what it is known by.
pub struct Sent<'a> {
    /// The call.
    pub call: &'a Call,
    /// By what its end is known again.
    pub tag: String,
    /// The trace of the execution.
    pub trace: Option<String>,
}

/// Has a task done, as the role of its machine.
pub fn task(cx: &mut Cx, (role, session, machine): (&str, &str, &Arn), sent: Sent<'_>) -> Result<()> {
    let by = As::role(role, session, machine).traced(sent.trace);
    cx.after(&by, sent.call, Tell::Outcome(sent.tag))
}

/// Makes a log stream, as the role of a machine.
pub fn make_stream(cx: &mut Cx, (role, machine): (&str, &Arn), (group, stream): (&str, &str)) -> Result<()> {
    let (log_group_name, log_stream_name) = (group.to_owned(), stream.to_owned());
    let made = CreateLogStream { log_group_name, log_stream_name };
    cx.call(&As::role(role, LOGGING, machine), &made).map(drop)
}

/// Writes entries into a log stream, as the role of a machine. What cannot be written is lost, as on AWS.
pub fn log(
    cx: &mut Cx,
    (role, machine): (&str, &Arn),
    (group, stream): (&str, &str),
    log_events: Vec<LogEntry>,
) -> Result<()> {
    let (log_group_name, log_stream_name) = (group.to_owned(), stream.to_owned());
    let put = PutLogEvents { log_group_name, log_stream_name, log_events };
    cx.after(&As::role(role, LOGGING, machine), &put, Tell::Failures(String::new()))
}

/// Sends segments to X-Ray, as the role of a machine. What X-Ray does not take is lost, as on AWS.
pub fn send_segments(cx: &mut Cx, (role, machine): (&str, &Arn), documents: Vec<String>) -> Result<()> {
    const AT_ONCE: usize = 50;
    for some in documents.chunks(AT_ONCE) {
        let wish = PutTraceSegments { trace_segment_documents: some.to_vec() };
        cx.after(&As::role(role, TRACING, machine), &wish, Tell::Failures(String::new()))?;
    }
    Ok(())
}

/// Stops an execution that a task started and that nobody waits for any more. Whether that succeeds changes nothing here.
pub fn stop(cx: &mut Cx, (role, session, machine): (&str, &str, &Arn), execution: &str) -> Result<()> {
    let input = [("executionArn".to_owned(), Value::from(execution))].into_iter().collect();
    let call = Call { service: "states".to_owned(), operation: "StopExecution".to_owned(), input: Value::Map(input) };
    cx.after(&As::role(role, session, machine), &call, Tell::Failures(String::new()))
}

/// Whether anything could come of an event on the default bus: it has a rule, or there is an archive.
pub fn is_heard(view: &View) -> bool {
    let any = |operation: &str, member: &str| {
        let input = [("Limit".to_owned(), Value::from(1))].into_iter().collect();
        let found = view.peer("events", operation, Value::Map(input));
        // Where EventBridge cannot tell, the call finds out.
        found.map_or(true, |output| output.get(member).and_then(Value::as_list).is_some_and(|all| !all.is_empty()))
    };
    any("ListRules", "Rules") || any("ListArchives", "Archives")
}

/// An event about an execution, by its ARN.
pub fn status_change(execution: &str, detail: Json) -> StatusChange {
    StatusChange {
        source: "aws.states".to_owned(),
        detail_type: "Step Functions Execution Status Change".to_owned(),
        detail: bounded(detail).to_string(),
        resources: vec![execution.to_owned()],
    }
}

/// Tells EventBridge, in this very transaction, of what became of an execution. An execution runs on where nobody listens.
pub fn status_changed(cx: &mut Cx, machine: &Arn, changes: Vec<StatusChange>) {
    let together = changes.iter().map(|change| change.detail.len()).sum::<usize>() <= LARGEST_DETAIL;
    let calls = if together { vec![changes] } else { changes.into_iter().map(|change| vec![change]).collect() };
    for entries in calls {
        // EventBridge's failure is not the execution's.
        let _ = cx.call(&As::service(machine), &PutEvents { entries });
    }
}

/// Whether Step Functions may assume a role, which AWS makes sure of when a machine is made.
///
/// # Errors
/// `AccessDeniedException`
pub fn check_trust(view: &View, role: &str, machine: &str) -> Result<()> {
    let denied = || {
        let text = "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to \
                    assume the provided role.";
        Error::new("AccessDeniedException", text).status(400)
    };
    let parts = ArnParts::parse(role).map_err(|_| denied())?;
    let account: AccountId = parts.account.parse().map_err(|_| denied())?;
    let name = parts.resource.rsplit('/').next().unwrap_or_default();
    let input = Value::Map([("RoleName".to_owned(), Value::from(name))].into_iter().collect());
    let found = view.peer_in(view.scope().home_of(account), "iam", "GetRole", input).map_err(|_| denied())?;
    let text = |name: &str| found.get("Role").and_then(|role| role.get(name)?.as_str()).unwrap_or_default();
    if text("Arn") != role {
        return Err(denied());
    }
    let trust = percent_decode_str(text("AssumeRolePolicyDocument")).decode_utf8().map_err(Error::internal)?;
    let check = Check::new("sts:AssumeRole", role)
        .owned_by(account)
        .with_policy(format!("trust policy of role {name}"), trust, PolicyRole::Trust)
        .key("aws:SourceArn", machine)
        .key("aws:SourceAccount", view.account().to_string());
    view.may(&service_caller(account), &check).map_err(|_| denied())
}

fn service_caller(account: AccountId) -> Caller {
    let principal = "states.amazonaws.com".to_owned();
    Caller { kind: CallerKind::Service, account, arn: principal.clone(), name: principal, ..Caller::anonymous() }
}

/// "If the combined escaped input and escaped output ... exceed 248 KiB, the input will be excluded. Similarly, if the escaped output
/// exceeds 248 KiB, the output will be excluded."
/// <https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html>
fn bounded(mut detail: Json) -> Json {
    let size = |detail: &Json, name: &str| detail[name].to_string().len();
    if size(&detail, "input") + size(&detail, "output") > LARGEST_DETAIL {
        detail["input"] = Json::Null;
        detail["inputDetails"] = json!({"included": false});
    }
    if size(&detail, "output") > LARGEST_DETAIL {
        detail["output"] = Json::Null;
        detail["outputDetails"] = json!({"included": false});
    }
    detail
}
