//! Traces: which invocations are recorded, what their functions are told of it, and what Lambda says of them.
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html>
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-services-lambda.html>

use crate::invoking::Wish;
use crate::peers::{self, Actor};
use crate::resolve::Resolved;
use serde_json::{Value as Json, json};
use service::function::{Failure, InvocationEnd};
use service::{Cx, Result, Sampling, Timestamp, TraceHeader, View};

/// How deep the documents of functions are looked into.
const DEEPEST: usize = 100;

/// The trace of an invocation.
pub struct Traced {
    /// What the function is told.
    pub given: TraceHeader,
    /// What is recorded, if it is.
    recorded: Option<Segments>,
}

/// The segments of an invocation.
struct Segments {
    trace: String,
    caller: Option<String>,
    /// Of Lambda.
    service: String,
    /// Of the function.
    function: String,
}

/// The trace of a request for a function that traces: its caller's or a new one, with a decision. "You cannot configure the
/// X-Ray sampling rate for your functions": it is one request a second, and five of a hundred beyond.
fn decided(cx: &mut Cx, name: &str) -> TraceHeader {
    let header = match cx.trace() {
        Some(header) => header,
        None => cx.new_trace(),
    };
    cx.sampled(header, |_| Sampling { rule: name.to_owned(), reservoir: 1.0, rate: 0.05 })
}

fn is_active(resolved: &Resolved) -> bool {
    resolved.config.tracing == "Active"
}

/// What an event that was accepted goes on with: all its attempts are of one trace.
pub fn accepted(cx: &mut Cx, resolved: &Resolved) -> Option<String> {
    is_active(resolved).then(|| decided(cx, &resolved.function.name).to_string())
}

/// Begins. A function that passes traces through makes no segments and hands on what its caller gave.
/// <https://aws.amazon.com/blogs/compute/streamlining-trace-sampling-behavior-for-aws-lambda-functions-with-aws-x-ray/>
pub fn begin(cx: &mut Cx, resolved: &Resolved) -> Traced {
    if is_active(resolved) {
        let header = decided(cx, &resolved.function.name);
        let (service, function) = (cx.new_segment(), cx.new_segment());
        let given = header.below(&function);
        let is_recorded = header.is_sampled();
        let segments = || Segments { trace: header.root, caller: header.parent, service, function };
        return Traced { given, recorded: is_recorded.then(segments) };
    }
    let given = match cx.trace() {
        Some(header) => header,
        None => {
            let parent = cx.new_segment();
            cx.new_trace().below(&parent)
        }
    };
    let sampled = Some(given.is_sampled());
    Traced { given: TraceHeader { sampled, ..given }, recorded: None }
}

/// Sends what there is to tell of an invocation, as the function's role, which needs the permission.
pub fn record(cx: &mut Cx, actor: &Actor, (wish, traced): (&Wish<'_>, &Traced), end: &InvocationEnd) -> Result<()> {
    let mut documents = Vec::new();
    if let Some(segments) = &traced.recorded {
        documents.push(segments.of_service(cx, wish, end).to_string());
        documents.push(segments.of_function(cx, wish, end).to_string());
    }
    for text in &end.trace_documents {
        documents.push(in_cloud_time(cx, text)?);
    }
    peers::send_segments(cx, actor, documents)
}

impl Segments {
    /// Lambda's own, from the request to its end.
    fn of_service(&self, view: &View, wish: &Wish<'_>, end: &InvocationEnd) -> Json {
        let status = if wish.is_event { 202 } else { 200 };
        let begun = view.request().arrived.min(begun(view, end).0);
        let mut segment = json!({
            "id": self.service,
            "trace_id": self.trace,
            "name": wish.address.name,
            "origin": "AWS::Lambda",
            "resource_arn": wish.address.function_arn().to_string(),
            "start_time": begun.secs_f64(),
            "end_time": view.now().secs_f64(),
            "http": {"response": {"status": status}},
            "aws": {"request_id": wish.request_id, "resource_names": [wish.address.name]},
        });
        if let Some(caller) = &self.caller {
            segment["parent_id"] = json!(caller);
        }
        if end.result.is_err() {
            segment["fault"] = json!(true);
        }
        segment
    }

    /// The function's. What happened before and beside the invocation lies in subsegments; the function's own are its children.
    fn of_function(&self, cx: &mut Cx, wish: &Wish<'_>, end: &InvocationEnd) -> Json {
        let (whole, begun) = begun(cx, end);
        let (from, to) = (begun.secs_f64(), cx.now().secs_f64());
        let arn = wish.address.arn().to_string();
        let mut parts = Vec::new();
        if end.timing.init.is_some() {
            let id = cx.new_segment();
            parts.push(json!({"id": id, "name": "Initialization", "start_time": whole.secs_f64(), "end_time": from,
                              "aws": {"function_arn": arn}}));
        }
        let mut invocation = json!({"id": cx.new_segment(), "name": "Invocation", "start_time": from, "end_time": to,
                                    "aws": {"function_arn": arn}});
        let mut segment = json!({
            "id": self.function,
            "trace_id": self.trace,
            "parent_id": self.service,
            "name": wish.address.name,
            "origin": "AWS::Lambda::Function",
            "resource_arn": wish.address.function_arn().to_string(),
            "start_time": whole.secs_f64(),
            "end_time": to,
            "aws": {
                "account_id": cx.account().to_string(),
                "function_arn": arn,
                "resource_names": [wish.address.name],
            },
        });
        if let Err(failure) = &end.result {
            let cause = cause(cx, failure);
            for entity in [&mut invocation, &mut segment] {
                entity["fault"] = json!(true);
                entity["cause"] = cause.clone();
            }
        }
        parts.push(invocation);
        segment["subsegments"] = Json::Array(parts);
        segment
    }
}

/// When the work began, its initialisation included, and when the invocation did.
fn begun(view: &View, end: &InvocationEnd) -> (Timestamp, Timestamp) {
    let invocation = view.now().before(end.timing.duration);
    (invocation.before(end.timing.init.unwrap_or_default()), invocation)
}

/// What a function's error is to X-Ray.
fn cause(cx: &mut Cx, failure: &Failure) -> Json {
    let said: Json = serde_json::from_slice(&failure.payload).unwrap_or_default();
    let message = said.get("errorMessage").and_then(Json::as_str).unwrap_or_default();
    json!({"exceptions": [{"id": cx.new_segment(), "type": failure.error_type, "message": message}]})
}

/// A function's document in the cloud's time: the function knows the machine's.
fn in_cloud_time(view: &View, text: &str) -> Result<String> {
    let Ok(mut document) = serde_json::from_str::<Json>(text) else { return Ok(text.to_owned()) };
    turn(view, &mut document, 0)?;
    Ok(document.to_string())
}

fn turn(view: &View, entity: &mut Json, depth: usize) -> Result<()> {
    let Some(members) = entity.as_object_mut().filter(|_| depth < DEEPEST) else { return Ok(()) };
    for name in ["start_time", "end_time"] {
        let given = members.get(name).and_then(Json::as_f64).and_then(Timestamp::from_secs_f64);
        if let (Some(given), Some(time)) = (given, members.get_mut(name)) {
            let meant = view.meant(given)?;
            if meant != given {
                *time = json!(meant.secs_f64());
            }
        }
    }
    for child in members.get_mut("subsegments").and_then(Json::as_array_mut).into_iter().flatten() {
        turn(view, child, depth + 1)?;
    }
    Ok(())
}
