//! Subscription filters: log events go on to functions.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html>

use crate::address;
use crate::errors;
use crate::filter::Pattern;
use crate::peers::Invoke;
use crate::reading::Event;
use crate::state::{Group, SUBSCRIPTIONS, Subscription};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use service::{ArnParts, As, Bytes, Cx, Delivery, Duration, Error, Next, Result, Sample, Scope, Tell, Value, View};
use std::io::Write;

/// For how long a delivery is tried again that may still succeed, in seconds.
const LONGEST_SECONDS: u64 = 86_400;
const RETRY_SECONDS: u64 = 60;

/// Whether events can be taken to a destination here.
pub fn check(view: &View, destination: &str) -> Result<()> {
    let invalid = || errors::invalid("destinationArn for vendor is invalid.");
    let parts = ArnParts::parse(destination).map_err(|_| invalid())?;
    match parts.service {
        "lambda" if view.offers("lambda", "Invoke") => Ok(()),
        "lambda" => Err(errors::not_implemented("PutSubscriptionFilter with a function, before there are functions")),
        "kinesis" | "firehose" | "logs" => {
            let what = format!("PutSubscriptionFilter with a destination of {}", parts.service);
            Err(errors::not_implemented(&what))
        }
        _ => Err(invalid()),
    }
}

/// Asks whether a function lets itself be invoked for a group, as AWS does before it takes the filter.
pub fn try_out(cx: &mut Cx, group: &str, destination: &str) -> Result<()> {
    let call =
        Invoke { function_name: destination.to_owned(), invocation_type: Some("DryRun".to_owned()), payload: None };
    let by = sender(cx, group, destination)?;
    match cx.ask(&by, &call) {
        Ok(_) => Ok(()),
        // The answer is still to come, or the fault is ours.
        Err(error) if error.cause().is_some() => Err(error),
        Err(_) => Err(errors::invalid(
            "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your \
             function.",
        )),
    }
}

/// Hands events that were just written over to each subscription of their group.
pub fn send(cx: &mut Cx, group: &Group, stream: &str, events: &[Event]) -> Result<()> {
    let subscriptions: Vec<Subscription> = cx.rows(&SUBSCRIPTIONS, (group.id,)).collect::<Result<_>>()?;
    for subscription in subscriptions {
        let pattern =
            Pattern::compile(&subscription.pattern).map_err(|_| Error::internal("a stored filter is damaged"))?;
        let wanted: Vec<&Event> = events.iter().filter(|event| pattern.matches(&event.message)).collect();
        if wanted.is_empty() {
            continue;
        }
        let payload = payload(cx, (group, stream, &subscription.name), &wanted)?;
        let bytes = payload.len();
        let call = Invoke {
            function_name: subscription.destination_arn.clone(),
            invocation_type: Some("Event".to_owned()),
            payload: Some(payload),
        };
        let tell = Tell::outcome(&(&group.name, &subscription.name, wanted.len(), bytes))?;
        let by = sender(cx, &group.name, &subscription.destination_arn)?;
        cx.after(&by, &call, tell)?;
    }
    Ok(())
}

/// As CloudWatch Logs for a group, where the destination is.
fn sender(cx: &Cx, group: &str, destination: &str) -> Result<As> {
    let source = address::streams_arn(cx, group).parse().map_err(Error::internal)?;
    let by = As::service(&source);
    let parts = ArnParts::parse(destination).ok();
    let scope =
        parts.and_then(|parts| Some(Scope::new(parts.account.parse().ok()?, service::Region::new(parts.region)?)));
    Ok(match scope {
        Some(scope) if scope != cx.scope() => by.within(scope),
        _ => by,
    })
}

/// What a function gets: JSON, compressed, in digits.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample>
fn payload(view: &View, (group, stream, filter): (&Group, &str, &str), events: &[&Event]) -> Result<Bytes> {
    let lines: Vec<_> = events
        .iter()
        .map(|event| {
            json!({ "id": event.position.digits(), "timestamp": event.position.millis, "message": event.message })
        })
        .collect();
    let data = json!({
        "messageType": "DATA_MESSAGE", "owner": view.account().to_string(), "logGroup": group.name, "logStream": stream,
        "subscriptionFilters": [filter], "logEvents": lines,
    });
    let mut zip = GzEncoder::new(Vec::new(), Compression::default());
    zip.write_all(data.to_string().as_bytes()).map_err(Error::internal)?;
    let data = STANDARD.encode(zip.finish().map_err(Error::internal)?);
    Ok(Bytes::from(json!({ "awslogs": { "data": data } }).to_string()))
}

/// Is told how a delivery ended.
pub fn told(cx: &mut Cx, delivery: &Delivery, result: &Result<Value>) -> Result<Next> {
    let (group, filter, count, bytes): (String, String, u64, u64) = delivery.told()?;
    let mut measure = |metric: &str, value: u64, unit: &str| {
        let dimensions =
            [("LogGroupName", group.as_str()), ("DestinationType", "Lambda"), ("FilterName", filter.as_str())];
        let value = value as f64;
        cx.sample(&Sample { namespace: None, metric, dimensions: &dimensions, value, unit, at: None });
    };
    let error = match result {
        Ok(_) => {
            measure("ForwardedBytes", bytes, "Bytes");
            measure("ForwardedLogEvents", count, "Count");
            return Ok(Next::Done);
        }
        Err(error) => error,
    };
    let throttled = error.code().contains("Throttl") || error.code().contains("TooManyRequests");
    measure(if throttled { "DeliveryThrottling" } else { "DeliveryErrors" }, 1, "Count");
    let again = throttled || error.is_receiver_fault();
    let age = cx.now().since(delivery.since);
    match again && age < Duration::from_secs(LONGEST_SECONDS) {
        true => Ok(Next::RetryAt(cx.now().after(Duration::from_secs(RETRY_SECONDS)))),
        false => Ok(Next::Done),
    }
}
