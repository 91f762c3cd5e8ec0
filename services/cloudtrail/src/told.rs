//! What becomes of deliveries: the state that GetTrailStatus shows, the notice of a log file, the next try.

use crate::address;
use crate::delivery;
use crate::digests;
use crate::peers::{Publish, to_topic};
use crate::state::{Fate, LOG_FILES, LogFile, TRAILS, TrailRow};
use serde_json::json;
use service::{Cx, Delivery, Duration, Error, Next, Result, Tell, Timestamp, Value};

/// For how long a delivery is tried again: 30 days.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html>
const LONGEST: Duration = Duration::from_secs(30 * 86_400);
/// The first wait before another try; each is twice as long as the one before, up to the longest.
const FIRST_WAIT: u64 = 60;
const LONGEST_WAIT: u64 = 3_600;

/// What a delivery was, in CloudTrail's own words.
#[derive(Debug, Clone, PartialEq)]
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
        /// The time of its oldest event.
        oldest: Timestamp,
        /// The time of its newest event.
        newest: Timestamp,
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
    /// The tag as a text.
    pub fn write(&self) -> String {
        let parts = match self {
            Tag::Log { trail, region, key, hash, oldest, newest } => {
                json!(["log", trail, region, key, hash, oldest.0, newest.0])
            }
            Tag::Digest { trail } => json!(["digest", trail]),
            Tag::Notice { trail } => json!(["notice", trail]),
            Tag::Stream { trail } => json!(["stream", trail]),
            Tag::Lines { trail } => json!(["lines", trail]),
        };
        parts.to_string()
    }

    /// A tag from what [`Tag::write`] wrote.
    pub fn read(text: &str) -> Result<Tag> {
        let damaged = || Error::internal("a delivery of a trail cannot be told from others");
        let parts: serde_json::Value = serde_json::from_str(text).map_err(Error::internal)?;
        let part = |at: usize| parts.get(at).and_then(|part| part.as_str()).map(str::to_owned).ok_or_else(damaged);
        let time = |at: usize| parts.get(at).and_then(|part| part.as_i64()).map(Timestamp).ok_or_else(damaged);
        let trail = part(1)?;
        Ok(match part(0)?.as_str() {
            "log" => {
                Tag::Log { trail, region: part(2)?, key: part(3)?, hash: part(4)?, oldest: time(5)?, newest: time(6)? }
            }
            "digest" => Tag::Digest { trail },
            "notice" => Tag::Notice { trail },
            "stream" => Tag::Stream { trail },
            "lines" => Tag::Lines { trail },
            _ => return Err(damaged()),
        })
    }

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
    let tag = Tag::read(&delivery.tag)?;
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
            cx.put(&LOG_FILES, &place, &LogFile { bucket, key: object, hash, newest, oldest })?;
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
    cx.after(&by, &Publish { topic_arn: Some(topic), message }, Tell::Outcome(tag.write()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_come_back() {
        let text = |text: &str| text.to_owned();
        for tag in [
            Tag::Log {
                trail: text("t"),
                region: text("eu-west-1"),
                key: text("a/b\"c"),
                hash: text("0f"),
                oldest: Timestamp(1),
                newest: Timestamp(2),
            },
            Tag::Digest { trail: text("t") },
            Tag::Notice { trail: text("t") },
            Tag::Stream { trail: text("t") },
            Tag::Lines { trail: text("t") },
        ] {
            assert_eq!(Tag::read(&tag.write()).unwrap(), tag);
        }
        for bad in ["", "[]", "[\"log\",\"t\"]", "[\"else\",\"t\"]", "{}"] {
            assert!(Tag::read(bad).is_err(), "{bad}");
        }
    }
}
