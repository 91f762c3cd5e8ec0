//! What becomes of deliveries: the state that GetTrailStatus shows, the notice of a log file, the next try.

use crate::address;
use crate::delivery;
use crate::digests;
use crate::peers::{Publish, to_topic};
use crate::state::{Fate, LOG_FILES, LogFile, TRAILS, TrailRow};
use serde::{Deserialize, Serialize};
use serde_json::json;
use service::{Cx, Delivery, Duration, Next, Result, Tell, Timestamp, Value};

/// For how long a delivery is tried again: 30 days.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html>
const LONGEST: Duration = Duration::from_secs(30 * 86_400);
/// The first wait before another try; each is twice as long as the one before, up to the longest.
const FIRST_WAIT: u64 = 60;
const LONGEST_WAIT: u64 = 3_600;

/// What a delivery was, in CloudTrail's own words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Tag {
    /// A log file.
    Log {
        /// The trail.
        trail: String,
        /// The region of its events.
        region: String,
        /// Its key.
        key: String,
        /// SHA-256 of what is in it.
        hash: String,
        /// The time of its oldest event, in the clock's unit.
        oldest: i64,
        /// The time of its newest event, in the clock's unit.
        newest: i64,
    },
    /// A digest file.
    Digest {
        /// The trail.
        trail: String,
    },
    /// A notice to the topic.
    Notice {
        /// The trail.
        trail: String,
    },
    /// A log stream that is to be made.
    Stream {
        /// The trail.
        trail: String,
    },
    /// Events for the log group.
    Lines {
        /// The trail.
        trail: String,
    },
}

impl Tag {
    fn trail(&self) -> &str {
        match self {
            Tag::Log { trail, .. }
            | Tag::Digest { trail }
            | Tag::Notice { trail }
            | Tag::Stream { trail }
            | Tag::Lines { trail } => trail,
        }
    }
}

/// Is told how a delivery ended.
pub fn told(cx: &mut Cx, delivery: &Delivery, result: &Result<Value>) -> Result<Next> {
    let tag: Tag = delivery.told()?;
    let key = (cx.region().as_str().to_owned(), tag.trail().to_owned());
    // A trail that was deleted meanwhile has no more to say.
    let Some(trail) = cx.get(&TRAILS, &key)? else { return Ok(Next::Done) };
    let now = cx.now();
    let error = result.as_ref().err().map(|error| error.code().to_owned());
    let made = matches!((&tag, error.as_deref()), (Tag::Stream { .. }, Some("ResourceAlreadyExistsException")));
    if made {
        return Ok(Next::Done);
    }
    address::change_course(cx, &key, |course| {
        let fate = match &tag {
            Tag::Log { .. } => &mut course.files,
            Tag::Digest { .. } => &mut course.digests,
            Tag::Notice { .. } => &mut course.notices,
            Tag::Stream { .. } | Tag::Lines { .. } => &mut course.lines,
        };
        let done_at = if error.is_none() { Some(now) } else { fate.done_at };
        *fate = Fate { tried_at: Some(now), done_at, error: error.clone() };
    })?;
    if error.is_some() {
        return Ok(again(cx, delivery));
    }
    if let Tag::Log { region, key: object, hash, oldest, newest, .. } = tag {
        let bucket = delivery.call.input.get("Bucket").and_then(Value::as_str).unwrap_or_default().to_owned();
        notify(cx, &trail, &bucket, &object)?;
        if trail.log_file_validation_enabled {
            let place = (key.0, key.1, region, object.clone());
            cx.put(
                &LOG_FILES,
                &place,
                &LogFile { bucket, key: object, hash, newest: Timestamp(newest), oldest: Timestamp(oldest) },
            )?;
        }
    }
    Ok(Next::Done)
}

fn again(cx: &Cx, delivery: &Delivery) -> Next {
    if cx.now().since(delivery.since) >= LONGEST {
        return Next::Done;
    }
    let doubled = FIRST_WAIT.saturating_mul(1 << delivery.attempts.saturating_sub(1).min(16));
    Next::RetryAt(cx.now().after(Duration::from_secs(doubled.min(LONGEST_WAIT))))
}

/// Tells the topic of a log file.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/configure-sns-notifications-for-cloudtrail.html>
fn notify(cx: &mut Cx, trail: &TrailRow, bucket: &str, object: &str) -> Result<()> {
    let Some(topic) = trail.sns_topic_arn.clone() else { return Ok(()) };
    let by = to_topic(cx, trail, &topic);
    let message = json!({ "s3Bucket": bucket, "s3ObjectKey": [object] }).to_string();
    let tag = Tag::Notice { trail: trail.name.clone() };
    cx.after(&by, &Publish { topic_arn: Some(topic), message }, Tell::outcome(&tag)?)
}

/// Takes back what would fall due for a trail.
pub fn forget(cx: &mut Cx, key: &(String, String)) -> Result<()> {
    cx.cancel_timer(&format!("deliver/{}", key.1))?;
    digests::forget(cx, key)
}

/// Has a trail begin: the first log files come after one interval, the first digest files after theirs.
pub fn begin(cx: &mut Cx, trail: &TrailRow) -> Result<()> {
    delivery::set_timer(cx, &trail.name, cx.now().after(delivery::INTERVAL))?;
    match trail.log_file_validation_enabled {
        true => digests::set_timer(cx, &trail.name, cx.now().after(digests::INTERVAL)),
        false => Ok(()),
    }
}
