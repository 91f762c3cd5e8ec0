//! What came of the calls that a generation made.

use super::{Step, fail, files, go_on, open};
use crate::peers;
use crate::state::{GenerationRow, READINGS, ReadingRow};
use serde::{Deserialize, Serialize};
use service::resource::text_at;
use service::{AnyMade, Cx, Delivery, Error, Next, PreparedDelivery, Result, Timestamp, Value, View};
use std::collections::BTreeSet;

/// A bound of this cloud's own: whoever may write into a trail's bucket may write files with whatever names. All services together
/// have about as many operations.
const MOST_KINDS: usize = 20_000;

/// By what a call is known again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tag {
    /// The generation.
    pub id: String,
    /// The step that made the call.
    pub step: String,
}

/// Log files are unpacked beside all requests; what was found in them is written alone.
pub const ANSWERS: PreparedDelivery = PreparedDelivery { prepare, told };

/// The kinds of events of a log file; `None` where none was read, or what was read is no log file.
type Found = Option<BTreeSet<String>>;

fn prepare(view: &View, delivery: &Delivery, result: &Result<Value>) -> Result<AnyMade> {
    let mut found: Found = None;
    if let (false, Ok(output)) = (delivery.tag.is_empty(), result) {
        let tag: Tag = delivery.told()?;
        let reads = |reading: &ReadingRow| reading.step == tag.step && Step::of(reading) == Some(Step::Read);
        if let Some((row, _)) = open(view, &tag.id)?.filter(|(_, reading)| reads(reading))
            && let Some(Value::Blob(bytes)) = output.get("Body")
        {
            found = files::events(bytes, &row, MOST_KINDS);
        }
    }
    Ok(Box::new(found))
}

/// Is told how a call ended.
fn told(cx: &mut Cx, delivery: &Delivery, result: &Result<Value>, found: AnyMade) -> Result<Next> {
    // Of events nobody needs to hear.
    if delivery.tag.is_empty() {
        return Ok(Next::Done);
    }
    let tag: Tag = delivery.told()?;
    // It may have been cancelled, or failed by another call.
    let Some((row, reading)) = open(cx, &tag.id)?.filter(|(_, reading)| reading.step == tag.step) else {
        return Ok(Next::Done);
    };
    let step = Step::of(&reading).ok_or_else(|| Error::internal("a generation is at no step"))?;
    match result {
        Ok(_) if step == Step::Read => {
            let found = found.downcast::<Found>();
            let found = found.map_err(|_| Error::internal("an answer was given what another prepared"))?;
            add(cx, (row, reading), *found)?;
        }
        Ok(output) => take(cx, step, (row, reading), output)?,
        Err(error) => fail(cx, row, reason(step, error))?,
    }
    Ok(Next::Done)
}

fn take(cx: &mut Cx, step: Step, (row, reading): (GenerationRow, ReadingRow), output: &Value) -> Result<()> {
    let text = |path: &[&str]| text_at(output, path).unwrap_or_default().to_owned();
    let next = |step: Step| step.word().to_owned();
    let reading = match step {
        Step::Trail => {
            let bucket = text(&["Trail", "S3BucketName"]);
            let prefix =
                text_at(output, &["Trail", "S3KeyPrefix"]).map(|own| format!("{}/", own.trim_end_matches('/')));
            let prefix = format!("{}AWSLogs/{}/CloudTrail/", prefix.unwrap_or_default(), cx.account());
            let Some(bucket_region) = peers::bucket_region(cx, &bucket)? else {
                return fail(cx, row, ("RESOURCE_NOT_FOUND_ERROR", format!("The S3 bucket {bucket} does not exist.")));
            };
            ReadingRow { step: next(Step::List), bucket, bucket_region, prefix, listed_to: None, ..reading }
        }
        Step::List => listed(&row, reading, output),
        Step::Report => ReadingRow { step: next(Step::Details), report: text(&["JobId"]), ..reading },
        Step::Details => ReadingRow { step: next(Step::Finish), services: used(&row, output), ..reading },
        Step::Read | Step::Finish => reading,
    };
    go_on(cx, &row.id, &reading)
}

/// Adds what was found in a log file.
fn add(cx: &mut Cx, (row, mut reading): (GenerationRow, ReadingRow), found: Found) -> Result<()> {
    let Some(found) = found else {
        let text = "A CloudTrail log file could not be read.".to_owned();
        return fail(cx, row, ("SERVICE_ERROR", text));
    };
    reading.events.extend(found);
    reading.events.sort();
    reading.events.dedup();
    if reading.events.len() > MOST_KINDS {
        let text = format!("The log files have more than {MOST_KINDS} kinds of events.");
        return fail(cx, row, ("SERVICE_QUOTA_EXCEEDED_ERROR", text));
    }
    reading.waiting -= 1;
    match reading.waiting > 0 {
        true => cx.put(&READINGS, row.id.as_str(), &reading),
        false => go_on(cx, &row.id, &reading),
    }
}

/// The log files that a page of a listing names, as far as they are of the regions and days that are wanted.
fn listed(row: &GenerationRow, reading: ReadingRow, output: &Value) -> ReadingRow {
    let objects = output.get("Contents").and_then(Value::as_list).unwrap_or_default();
    let keys: Vec<&str> = objects.iter().filter_map(|object| text_at(object, &["Key"])).collect();
    let at = usize::try_from(reading.trail).unwrap_or(usize::MAX);
    let trail = row.trails.get(at);
    let wanted = |key: &&str| {
        let rest = key.strip_prefix(reading.prefix.as_str()).unwrap_or_default();
        trail.is_some_and(|trail| files::is_wanted(rest, trail, (row.start, row.end)))
    };
    let files = keys.iter().filter(|key| wanted(key)).map(|key| (*key).to_owned()).collect();
    let more = output.get("IsTruncated").and_then(Value::as_bool) == Some(true);
    let listed_to = keys.last().map(|key| (*key).to_owned());
    ReadingRow { step: Step::Read.word().to_owned(), files, more, listed_to, waiting: 0, ..reading }
}

/// The services that were used in the time that is asked for.
fn used(row: &GenerationRow, output: &Value) -> Vec<String> {
    let all = output.get("ServicesLastAccessed").and_then(Value::as_list).unwrap_or_default();
    let within = |at: &Timestamp| *at >= row.start.whole_secs() && *at <= row.end;
    let used = all.iter().filter(|one| matches!(one.get("LastAuthenticated"), Some(Value::Time(at)) if within(at)));
    used.filter_map(|one| text_at(one, &["ServiceNamespace"])).map(str::to_owned).collect()
}

/// Why a generation fails with a call, in AWS's codes. Of the words only those about the bucket are known to be AWS's.
/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_JobError.html>
fn reason(step: Step, error: &Error) -> (&'static str, String) {
    let code = error.code();
    if code.contains("AccessDenied") {
        let text = match step {
            Step::List | Step::Read => {
                "Incorrect permissions assigned to access CloudTrail S3 bucket. Please fix before trying again."
                    .to_owned()
            }
            _ => error.message().to_owned(),
        };
        return ("AUTHORIZATION_ERROR", text);
    }
    let missing = code.contains("NotFound") || code.starts_with("NoSuch");
    (if missing { "RESOURCE_NOT_FOUND_ERROR" } else { "SERVICE_ERROR" }, error.message().to_owned())
}
