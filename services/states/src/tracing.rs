//! Traces: which executions are recorded, and what is told of them when they are over.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html>

use crate::peers;
use crate::state::{EVENTS, Event, Execution, Revision};
use serde_json::{Value as Json, json};
use service::{Arn, Cx, Result, Sampling, Timestamp, TraceHeader};
use std::collections::BTreeMap;

/// How many states and tasks of an execution are told of.
const MOST: usize = 1000;

/// The trace of an execution that begins: the one that was given, or a new one, if its machine traces. "If X-Ray is not enabled by the
/// service that makes the API request, Step Functions uses the default sampling rule."
pub fn begin(cx: &mut Cx, given: Option<String>, machine: &str) -> String {
    let header = match given.as_deref().and_then(TraceHeader::parse) {
        Some(header) => header,
        None => cx.new_trace(),
    };
    cx.sampled(header, |_| Sampling { rule: machine.to_owned(), reservoir: 1.0, rate: 0.05 }).to_string()
}

/// The trace of an execution that is recorded.
fn recorded(execution: &Execution, revision: &Revision) -> Option<TraceHeader> {
    let header = execution.trace_header.as_deref().and_then(TraceHeader::parse)?;
    (revision.tracing && header.is_sampled()).then_some(header)
}

/// The trace with which a task is sent that an event scheduled.
pub fn of_task(execution: &Execution, revision: &Revision, scheduled: i64) -> Option<String> {
    match recorded(execution, revision) {
        Some(header) => Some(header.below(&id(&header, execution, scheduled)).to_string()),
        None => execution.trace_header.clone(),
    }
}

/// The id of what an event of an execution began; the execution itself began with none. It is the same whenever it is made, so that
/// tasks know theirs before there is anything to tell: FNV-1a.
fn id(header: &TraceHeader, execution: &Execution, event: i64) -> String {
    let text = format!("{} {} {} {event}", header.root, execution.machine, execution.name);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}

/// Sends the segment of an execution that is over, with subsegments of its states and tasks, as its machine's role.
pub fn finish(cx: &mut Cx, execution: &Execution, revision: &Revision, machine: &Arn) -> Result<()> {
    let Some(header) = recorded(execution, revision) else { return Ok(()) };
    if !cx.offers("xray", "PutTraceSegments") {
        return Ok(());
    }
    let events: Vec<Event> =
        cx.rows(&EVENTS, (execution.machine.as_str(), execution.name.as_str())).collect::<Result<_>>()?;
    let end = execution.stopped_at.unwrap_or(cx.now());
    let mut documents = vec![segment(&header, execution, machine, end)];
    documents.extend(parts(&events).iter().map(|part| part.document(&header, execution, end)));
    peers::send_segments(cx, (&revision.role_arn, machine), documents)
}

fn segment(header: &TraceHeader, execution: &Execution, machine: &Arn, end: Timestamp) -> String {
    let arn = machine.to_string().replace(":stateMachine:", ":execution:");
    let mut segment = json!({
        "id": id(header, execution, 0),
        "trace_id": header.root,
        "name": execution.machine,
        "origin": "AWS::StepFunctions::StateMachine",
        "resource_arn": machine.as_str(),
        "start_time": execution.started_at.secs_f64(),
        "end_time": end.secs_f64(),
        "aws": {"execution_arn": format!("{arn}:{}", execution.name)},
    });
    if let Some(parent) = &header.parent {
        segment["parent_id"] = json!(parent);
    }
    match execution.status.as_str() {
        "FAILED" | "TIMED_OUT" => segment["fault"] = json!(true),
        "ABORTED" => segment["error"] = json!(true),
        _ => {}
    }
    segment.to_string()
}

/// A state or a task, as the history tells it.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    /// The event that began it.
    event: i64,
    /// The event that began what it is within; none within the execution itself.
    within: Option<i64>,
    name: String,
    /// What a task called.
    aws: Option<Json>,
    start: Timestamp,
    end: Option<Timestamp>,
    fault: bool,
}

/// The states and tasks of a history.
fn parts(events: &[Event]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    // Within which part each event happened: the state, and the task where one is under way.
    let mut places: BTreeMap<i64, (Option<usize>, Option<usize>)> = BTreeMap::new();
    for event in events {
        let (state, task) = places.get(&event.previous).copied().unwrap_or_default();
        let began = |parts: &[Part], within: Option<usize>, name: String, aws: Option<Json>| Part {
            event: event.id,
            within: within.and_then(|at| parts.get(at)).map(|part| part.event),
            name,
            aws,
            start: event.at,
            end: None,
            fault: false,
        };
        let details: Json = serde_json::from_str(&event.details).unwrap_or_default();
        let place = match event.kind.as_str() {
            kind if kind.ends_with("StateEntered") && parts.len() < MOST => {
                let name = details["name"].as_str().unwrap_or_default().to_owned();
                parts.push(began(&parts, state, name, None));
                (Some(parts.len() - 1), None)
            }
            kind if kind.ends_with("StateExited") => {
                let left = state.and_then(|at| parts.get_mut(at));
                let outer = left.and_then(|left| {
                    left.end = Some(event.at);
                    left.within
                });
                (outer.and_then(|outer| parts.iter().position(|part| part.event == outer)), None)
            }
            kind if kind.ends_with("Scheduled") && parts.len() < MOST => {
                let (name, aws) = called(kind, &details);
                parts.push(began(&parts, state, name, Some(aws)));
                (state, Some(parts.len() - 1))
            }
            kind => {
                let failed = ["Failed", "TimedOut"].iter().any(|end| kind.ends_with(end));
                let over = failed || kind.ends_with("Succeeded");
                if let Some(part) = task.filter(|_| over).and_then(|at| parts.get_mut(at)) {
                    (part.end, part.fault) = (Some(event.at), failed);
                }
                (state, task.filter(|_| !over))
            }
        };
        places.insert(event.id, place);
    }
    parts
}

/// What a task calls, by the event that scheduled it.
fn called(kind: &str, details: &Json) -> (String, Json) {
    let parameters: Json =
        details["parameters"].as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    match kind {
        "LambdaFunctionScheduled" => ("Lambda".to_owned(), function(&text(&details["resource"]))),
        "ActivityScheduled" => ("Activity".to_owned(), json!({"resource_names": [details["resource"]]})),
        _ => {
            let service = text(&details["resourceType"]).trim_start_matches("aws-sdk:").to_owned();
            if service == "lambda" {
                return ("Lambda".to_owned(), function(&text(&parameters["FunctionName"])));
            }
            let name =
                SERVICES.iter().find(|(prefix, _)| *prefix == service).map_or(service.as_str(), |(_, name)| name);
            let mut aws = json!({"operation": details["resource"], "region": details["region"]});
            for (member, parameter) in
                [("table_name", "TableName"), ("queue_url", "QueueUrl"), ("topic_arn", "TopicArn")]
            {
                if parameters[parameter].is_string() {
                    aws[member] = parameters[parameter].clone();
                }
            }
            (name.to_owned(), aws)
        }
    }
}

/// Services whose names in traces are not their prefixes.
const SERVICES: [(&str, &str); 6] = [
    ("dynamodb", "DynamoDB"),
    ("events", "EventBridge"),
    ("s3", "S3"),
    ("sns", "SNS"),
    ("sqs", "SQS"),
    ("states", "StepFunctions"),
];

fn function(name: &str) -> Json {
    json!({"operation": "Invoke", "function_name": name.rsplit(':').next(), "resource_names": [name]})
}

impl Part {
    /// The part as a subsegment that is sent by itself.
    fn document(&self, header: &TraceHeader, execution: &Execution, end: Timestamp) -> String {
        // Names of states have more characters than those of segments.
        let plain = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.:/%&#=+\\-@".contains(c);
        let name: String = self.name.chars().take(200).map(|c| if plain(c) { c } else { '_' }).collect();
        let mut document = json!({
            "id": id(header, execution, self.event),
            "trace_id": header.root,
            "type": "subsegment",
            "parent_id": id(header, execution, self.within.unwrap_or_default()),
            "name": name,
            "start_time": self.start.secs_f64(),
            "end_time": self.end.unwrap_or(end).secs_f64(),
        });
        if let Some(aws) = &self.aws {
            document["namespace"] = json!("aws");
            document["aws"] = aws.clone();
        }
        // What did not come to its end went down with the execution.
        if self.fault || (self.end.is_none() && execution.status != "SUCCEEDED") {
            document["fault"] = json!(true);
        }
        document.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: i64, previous: i64, kind: &str, details: Json) -> Event {
        Event { id, previous, kind: kind.to_owned(), at: Timestamp::from_secs(id), details: details.to_string() }
    }

    #[test]
    fn histories_become_parts() {
        let lambda = json!({"resource": "arn:aws:lambda:eu-west-1:1:function:pay"});
        let put =
            json!({"resourceType": "dynamodb", "resource": "putItem", "parameters": "{\"TableName\": \"orders\"}"});
        let name = |name: &str| json!({"name": name});
        let events = [
            event(1, 0, "ExecutionStarted", json!({})),
            event(2, 1, "ParallelStateEntered", name("Both")),
            event(3, 2, "ParallelStateStarted", json!({})),
            event(4, 3, "TaskStateEntered", name("Pay")),
            event(5, 4, "LambdaFunctionScheduled", lambda),
            event(6, 5, "LambdaFunctionStarted", json!({})),
            event(7, 6, "LambdaFunctionFailed", json!({})),
            event(8, 3, "TaskStateEntered", name("Put")),
            event(9, 8, "TaskScheduled", put),
            event(10, 9, "TaskSucceeded", json!({})),
            event(11, 10, "TaskStateExited", name("Put")),
            event(12, 11, "PassStateEntered", name("Then")),
            event(13, 12, "PassStateExited", name("Then")),
        ];
        let seen: Vec<_> = parts(&events)
            .into_iter()
            .map(|part| (part.event, part.within, part.name, part.end.map(Timestamp::secs), part.fault))
            .collect();
        assert_eq!(
            seen,
            [
                (2, None, "Both".to_owned(), None, false),
                (4, Some(2), "Pay".to_owned(), None, false),
                (5, Some(4), "Lambda".to_owned(), Some(7), true),
                (8, Some(2), "Put".to_owned(), Some(11), false),
                (9, Some(8), "DynamoDB".to_owned(), Some(10), false),
                (12, Some(2), "Then".to_owned(), Some(13), false),
            ]
        );
    }
}
