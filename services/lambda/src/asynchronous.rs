//! Asynchronous invocations: an accepted event is a delivery to its function, tried again as Lambda tries, and a record of what
//! became of it goes to destinations and dead-letter queues.
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>

use crate::address::{self, Address, LATEST};
use crate::delivery::Tag;
use crate::peers::{self, Invoke, Message};
use crate::resolve::Resolved;
use crate::state::{FAILED, Failed, INVOKE_CONFIGS, InvokeConfig};
use serde_json::{Value as Json, json};
use service::{Bytes, Cx, Delivery, Duration, Error, Next, Result, Timestamp, Value, View};

/// How often Lambda tries again after an error of the function, if nobody says otherwise.
const MOST_RETRIES: i64 = 2;
/// How old an event may become, in seconds, if nobody says otherwise.
const OLDEST_SECONDS: i64 = 21_600;
/// The longest wait after a throttle, in seconds.
const LONGEST_WAIT: u64 = 300;
/// The most of an error's message that a dead letter has, in bytes.
const LONGEST_MESSAGE: usize = 1024;

/// An event on its way.
#[derive(Debug, Clone)]
pub struct Event {
    /// The function.
    pub function: String,
    /// The version or alias, if one was named.
    pub qualifier: Option<String>,
    /// The request that brought it.
    pub request: String,
}

/// How an event ended.
struct Ending<'a> {
    condition: &'a str,
    attempts: u32,
    status: i64,
    version: Option<String>,
    function_error: Option<String>,
    payload: Option<Bytes>,
}

/// Takes an event in: it is delivered once this request has committed, as part of a trace.
pub fn accept(cx: &mut Cx, address: &Address, payload: Bytes, trace: Option<String>) -> Result<()> {
    let request = cx.request().id.to_string();
    let wish = Invoke {
        function_name: address.name.clone(),
        qualifier: address.qualifier.clone(),
        invocation_type: None,
        // Lambda gives clients' contexts to synchronous invocations alone; between its halves this is the request's id.
        client_context: Some(request.clone()),
        payload: Some(payload),
    };
    cx.meter("AsyncEventsReceived", ("FunctionName", &address.name), 1.0, "Count");
    let tag = Tag::Event { function: address.name.clone(), qualifier: address.qualifier.clone(), request };
    peers::invoke(cx, &address.arn(), &wish, (&tag, trace))
}

/// What was said of events for just this version or alias, or for the function without one.
pub fn config_of(view: &View, function: &str, qualifier: Option<&str>) -> Result<InvokeConfig> {
    let key = |qualifier: &str| (function.to_owned(), qualifier.to_owned());
    let config = view.get(&INVOKE_CONFIGS, &key(qualifier.unwrap_or(LATEST)))?;
    Ok(config.unwrap_or_default())
}

/// Is told how an attempt ended.
pub fn told(cx: &mut Cx, delivery: &Delivery, event: &Event, result: &Result<Value>) -> Result<Next> {
    let address = Address { scope: cx.scope(), name: event.function.clone(), qualifier: event.qualifier.clone() };
    let config = config_of(cx, &event.function, event.qualifier.as_deref())?;
    let age = cx.now().since(delivery.since);
    let oldest = Duration::from_secs(config.oldest_seconds.unwrap_or(OLDEST_SECONDS).unsigned_abs());
    cx.meter("AsyncEventAge", ("FunctionName", &event.function), age.as_secs_f64() * 1000.0, "Milliseconds");
    let (condition, wait) = match result {
        Ok(output) if text(output, "FunctionError").is_none() => ("Success", None),
        Ok(_) => after_error(cx, event, &config)?,
        Err(error) => {
            let Some(function) = address.find(cx)? else { return dropped(cx, event) };
            match () {
                () if function.reserved == Some(0) => ("ZeroReservedConcurrency", None),
                () if is_passing(error) => ("EventAgeExceeded", Some(backoff(delivery.attempts))),
                () => ("RetriesExhausted", None),
            }
        }
    };
    if let Some(wait) = wait.filter(|wait| age + *wait < oldest) {
        return Ok(Next::RetryAt(cx.now().after(wait)));
    }
    // One that would be tried again had it not become too old.
    let condition = if wait.is_some() { "EventAgeExceeded" } else { condition };
    cx.delete(&FAILED, event.request.as_str())?;
    let ending = Ending::of(condition, delivery.attempts, result);
    conclude(cx, &address, delivery, (event, &config, &ending))
}

/// The wait before the next attempt: one minute, then two.
fn after_error(cx: &mut Cx, event: &Event, config: &InvokeConfig) -> Result<(&'static str, Option<Duration>)> {
    let before = cx.get(&FAILED, event.request.as_str())?.unwrap_or_default().times;
    if before >= config.most_retries.unwrap_or(MOST_RETRIES) {
        return Ok(("RetriesExhausted", None));
    }
    cx.put(&FAILED, event.request.as_str(), &Failed { times: before + 1 })?;
    let minutes = before.unsigned_abs() + 1;
    Ok(("RetriesExhausted", Some(Duration::from_secs(60 * minutes))))
}

/// Throttles and faults of the service pass; the event goes back into the queue.
fn is_passing(error: &Error) -> bool {
    error.code() == "TooManyRequestsException" || error.is_receiver_fault()
}

fn backoff(attempts: u32) -> Duration {
    Duration::from_secs(2_u64.saturating_pow(attempts.saturating_sub(1).min(16)).min(LONGEST_WAIT))
}

/// The function has gone, and with it whoever wanted to know.
fn dropped(cx: &mut Cx, event: &Event) -> Result<Next> {
    cx.delete(&FAILED, event.request.as_str())?;
    cx.meter("AsyncEventsDropped", ("FunctionName", &event.function), 1.0, "Count");
    Ok(Next::Done)
}

fn conclude(
    cx: &mut Cx,
    address: &Address,
    delivery: &Delivery,
    (event, config, ending): (&Event, &InvokeConfig, &Ending<'_>),
) -> Result<Next> {
    let success = ending.condition == "Success";
    if !success {
        cx.meter("AsyncEventsDropped", ("FunctionName", &event.function), 1.0, "Count");
    }
    let Ok(resolved) = Resolved::of(cx, address) else { return Ok(Next::Done) };
    let actor = peers::actor(cx, &event.function, &resolved.config.role);
    let payload = match delivery.call.input.get("Payload") {
        Some(Value::Blob(bytes)) => bytes.clone(),
        _ => Bytes::new(),
    };
    let arn = address::arn(cx.scope(), &event.function, Some(event.qualifier.as_deref().unwrap_or(LATEST))).to_string();
    let destination = if success { &config.on_success } else { &config.on_failure };
    if let Some(target) = destination {
        let record = ending.record(cx.now(), (&event.request, &arn), &payload).to_string();
        let detail_type = if success { "Success" } else { "Failure" };
        let detail_type = format!("Lambda Function Invocation Result - {detail_type}");
        let message = Message { text: &record, attributes: &[], detail_type: &detail_type, about: &arn };
        let tag = Tag::Record { function: event.function.clone(), dead_letter: false };
        peers::send(cx, &actor, target, &message, &tag)?;
    }
    if let (false, Some(target)) = (success, &resolved.config.dead_letter_arn) {
        let text = String::from_utf8_lossy(&payload);
        let attributes = [
            ("RequestID", "String", event.request.clone()),
            ("ErrorCode", "Number", ending.status.to_string()),
            ("ErrorMessage", "String", ending.message()),
        ];
        let message = Message { text: &text, attributes: &attributes, detail_type: "", about: &arn };
        let tag = Tag::Record { function: event.function.clone(), dead_letter: true };
        peers::send(cx, &actor, target, &message, &tag)?;
    }
    Ok(Next::Done)
}

impl Ending<'_> {
    fn of<'a>(condition: &'a str, attempts: u32, result: &Result<Value>) -> Ending<'a> {
        let output = result.as_ref().ok();
        let member = |name: &str| output.and_then(|output| text(output, name));
        let payload = match output.and_then(|output| output.get("Payload")) {
            Some(Value::Blob(bytes)) => Some(bytes.clone()),
            _ => None,
        };
        Ending {
            condition,
            attempts,
            status: match result {
                Ok(_) => 200,
                Err(error) if error.is_receiver_fault() => 500,
                Err(_) => 429,
            },
            version: member("ExecutedVersion"),
            function_error: member("FunctionError"),
            payload: payload.or_else(|| result.as_ref().err().map(|error| error.message().to_owned().into())),
        }
    }

    /// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>
    fn record(&self, now: Timestamp, (request, arn): (&str, &str), event: &[u8]) -> Json {
        let mut record = json!({
            "version": "1.0",
            "timestamp": Timestamp::from_millis(now.millis()).iso8601(),
            "requestContext": {
                "requestId": request,
                "functionArn": arn,
                "condition": self.condition,
                "approximateInvokeCount": self.attempts,
            },
            "requestPayload": read(event),
        });
        // What never ran has no answer.
        if let (Some(version), Some(members)) = (&self.version, record.as_object_mut()) {
            let mut context = json!({ "statusCode": self.status, "executedVersion": version });
            if let (Some(error), Some(context)) = (&self.function_error, context.as_object_mut()) {
                context.insert("functionError".to_owned(), json!(error));
            }
            members.insert("responseContext".to_owned(), context);
            members.insert("responsePayload".to_owned(), self.payload.as_deref().map_or(Json::Null, read));
        }
        record
    }

    /// The error's message, or what stands in its place.
    fn message(&self) -> String {
        let payload = self.payload.as_deref().unwrap_or_default();
        let told = read(payload).get("errorMessage").and_then(Json::as_str).map(str::to_owned);
        let told = told.unwrap_or_else(|| String::from_utf8_lossy(payload).into_owned());
        let end = (0..=told.len().min(LONGEST_MESSAGE)).rev().find(|at| told.is_char_boundary(*at)).unwrap_or(0);
        told.get(..end).filter(|text| !text.is_empty()).unwrap_or("Unknown error").to_owned()
    }
}

fn read(bytes: &[u8]) -> Json {
    serde_json::from_slice(bytes).unwrap_or_else(|_| Json::String(String::from_utf8_lossy(bytes).into_owned()))
}

fn text(output: &Value, name: &str) -> Option<String> {
    output.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}
