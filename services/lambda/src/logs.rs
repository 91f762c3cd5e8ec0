//! The logs of functions: each invocation's lines go to CloudWatch Logs as the function's role, which needs the permission.
//! <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html>

use crate::delivery::Tag;
use crate::peers::{Actor, CreateLogGroup, CreateLogStream, LogEvent, PutLogEvents};
use service::function::InvocationEnd;
use service::{Cx, Delivery, Next, Result, Tell, Value};

/// How often lines are sent whose group or stream is not there yet.
const MOST_ATTEMPTS: u32 = 3;

/// Hands the lines of an invocation over.
pub fn write(cx: &mut Cx, actor: &Actor, group: &str, end: &InvocationEnd) -> Result<()> {
    if !cx.offers("logs", "PutLogEvents") || end.log.is_empty() {
        return Ok(());
    }
    // Lines are as far apart as they were; the last of them is now.
    let took = end.log.last().map(|line| line.offset).unwrap_or_default();
    let begun = cx.now().before(took);
    let event = |line: &service::function::LogLine| LogEvent {
        timestamp: begun.after(line.offset).millis(),
        message: line.text.clone(),
    };
    let lines = PutLogEvents {
        log_group_name: group.to_owned(),
        log_stream_name: end.log_stream.clone(),
        log_events: end.log.iter().filter(|line| !line.text.is_empty()).map(event).collect(),
    };
    cx.after(&actor.by(), &lines, Tell::failures(&Tag::Logs)?)
}

/// Is told that lines were not taken: their group and stream are made, and they are sent again.
pub fn told(cx: &mut Cx, delivery: &Delivery, result: &Result<Value>) -> Result<Next> {
    let Err(error) = result else { return Ok(Next::Done) };
    let text = |name: &str| delivery.call.input.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let missing = error.code() == "ResourceNotFoundException";
    if delivery.call.operation != "PutLogEvents" || !missing || delivery.attempts >= MOST_ATTEMPTS {
        return Ok(Next::Done);
    }
    let (group, stream) = (text("logGroupName"), text("logStreamName"));
    let tell = || Tell::failures(&Tag::Logs);
    cx.after(&delivery.by, &CreateLogGroup { log_group_name: group.clone() }, tell()?)?;
    cx.after(&delivery.by, &CreateLogStream { log_group_name: group, log_stream_name: stream }, tell()?)?;
    Ok(Next::RetryAt(cx.now()))
}
