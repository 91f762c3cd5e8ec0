//! Execution logs, in the machine's log groups.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html>

use crate::peers::{self, LogEntry};
use crate::state::{Event, Execution, Revision};
use crate::{address, history};
use serde_json::{Map, Value as Json, json};
use service::{ArnParts, Cx, Result};

/// "The maximum batch size is 1,048,576 bytes", with 26 bytes for each entry; some room is left.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>
const LARGEST_BATCH: usize = 900_000;
/// What an entry may be: "If you select ... Include execution data, ... larger than 248 KiB ... it is truncated".
const LARGEST_ENTRY: usize = 248 * 1024;

/// Hands events over to the machine's log groups.
pub fn tell(cx: &mut Cx, (execution, revision): (&mut Execution, &Revision), told: &[Event]) -> Result<()> {
    let told: Vec<&Event> = told.iter().filter(|event| is_told(&revision.log_level, &event.kind)).collect();
    let group = revision.log_groups.first().and_then(|arn| group(arn));
    let (Some(group), false) = (group, told.is_empty()) else { return Ok(()) };
    let machine = address::machine_arn(cx, &execution.machine);
    let by = (revision.role_arn.as_str(), &machine);
    if execution.log_stream.is_none() {
        let minute: String = execution.started_at.iso8601().chars().take(16).collect();
        let minute = minute.replace(['T', ':'], "-");
        let stream = format!("states/{}/{minute}/{:08x}", execution.machine, cx.entropy().below(1 << 32));
        // Without a stream nothing can be told now; the next step tries again.
        if peers::make_stream(cx, by, (&group, &stream)).is_err() {
            return Ok(());
        }
        execution.log_stream = Some(stream);
    }
    let Some(stream) = execution.log_stream.clone() else { return Ok(()) };
    let arn = address::execution_arn(cx, &execution.machine, &execution.name);
    let mut batch = Vec::new();
    let mut bytes = 0;
    for event in told {
        let entry = entry(event, &arn, revision.log_data);
        bytes += entry.message.len() + 26;
        if bytes > LARGEST_BATCH {
            peers::log(cx, by, (&group, &stream), std::mem::take(&mut batch))?;
            bytes = entry.message.len() + 26;
        }
        batch.push(entry);
    }
    peers::log(cx, by, (&group, &stream), batch)
}

fn group(arn: &str) -> Option<String> {
    let parts = ArnParts::parse(arn).ok()?;
    let name = parts.resource.strip_prefix("log-group:")?;
    Some(name.strip_suffix(":*").unwrap_or(name).to_owned())
}

/// <https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-log-level>
fn is_told(level: &str, kind: &str) -> bool {
    match level {
        "ALL" => true,
        "ERROR" => ["Failed", "TimedOut", "Aborted"].iter().any(|end| kind.ends_with(end)),
        "FATAL" => ["ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"].contains(&kind),
        _ => false,
    }
}

fn entry(event: &Event, execution: &str, data: bool) -> LogEntry {
    let written = |data: bool| {
        let details = history::details(event, data).unwrap_or_else(|| Json::Object(Map::new()));
        json!({
            "id": event.id.to_string(),
            "type": event.kind,
            "details": details,
            "previous_event_id": event.previous.to_string(),
            "event_timestamp": event.at.millis().to_string(),
            "execution_arn": execution,
        })
        .to_string()
    };
    let message = Some(written(data)).filter(|text| text.len() <= LARGEST_ENTRY).unwrap_or_else(|| written(false));
    LogEntry { timestamp: event.at.millis(), message }
}

#[cfg(test)]
mod tests {
    use super::is_told;

    #[test]
    fn levels_choose() {
        let kinds = ["PassStateEntered", "TaskFailed", "ExecutionFailed", "WaitStateAborted", "ExecutionSucceeded"];
        let told = |level| kinds.map(|kind| is_told(level, kind));
        assert_eq!(told("ALL"), [true; 5]);
        assert_eq!(told("ERROR"), [false, true, true, true, false]);
        assert_eq!(told("FATAL"), [false, false, true, false, false]);
        assert_eq!(told("OFF"), [false; 5]);
    }
}
