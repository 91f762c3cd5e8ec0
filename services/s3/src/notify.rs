//! Events of buckets, and who is told of them.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html>

use crate::address::{Bucket, canonical_id};
use crate::api::{
    EventBridgeConfiguration, FilterRule, LambdaFunctionConfiguration, NotificationConfiguration,
    NotificationConfigurationFilter, QueueConfiguration, TopicConfiguration,
};
use crate::documents::{self, Kind};
use crate::listing::Encoding;
use crate::peers::{self, BusEvent, Invoke, Publish, PutEvents, SendMessage};
use crate::state::ObjectRow;
use serde_json::{Value as Json, json};
use service::{Bytes, CallerKind, Cx, Delivery, Duration, Next, Result, Value};

/// What a bucket can tell of, without `s3:`.
pub const EVENTS: [&str; 15] = [
    "ObjectCreated:*",
    "ObjectCreated:Put",
    "ObjectCreated:Post",
    "ObjectCreated:Copy",
    "ObjectCreated:CompleteMultipartUpload",
    "ObjectRemoved:*",
    "ObjectRemoved:Delete",
    "ObjectRemoved:DeleteMarkerCreated",
    "LifecycleExpiration:*",
    "LifecycleExpiration:Delete",
    "LifecycleExpiration:DeleteMarkerCreated",
    "LifecycleTransition",
    "ObjectTagging:*",
    "ObjectTagging:Put",
    "ObjectTagging:Delete",
];

/// How long a delivery is tried.
const TRIED: Duration = Duration::from_hours(24);

/// Something that happened to an object.
pub struct Event<'a> {
    /// Without `s3:`, such as `ObjectCreated:Put`.
    pub name: &'static str,
    /// The version that came, went, or was changed.
    pub row: &'a ObjectRow,
}

/// A destination of the configuration, as far as the three kinds have in common.
struct Destination<'a> {
    id: &'a str,
    arn: &'a str,
    events: &'a [String],
    filter: Option<&'a NotificationConfigurationFilter>,
}

/// Hands the event over to all that want it, in this transaction.
pub fn tell(cx: &mut Cx, bucket: &Bucket, event: &Event<'_>) -> Result<()> {
    if !bucket.row.has_notifications {
        return Ok(());
    }
    cx.in_scope(bucket.scope, |cx| {
        let found = documents::read::<NotificationConfiguration>(cx, &bucket.row.name, Kind::Notification)?;
        let Some(configuration) = found else { return Ok(()) };
        let NotificationConfiguration {
            topic_configurations,
            queue_configurations,
            lambda_function_configurations,
            event_bridge_configuration,
        } = configuration;
        for QueueConfiguration { id, queue_arn, events, filter } in queue_configurations.iter().flatten() {
            let to = Destination { id: name(id), arn: queue_arn, events, filter: filter.as_ref() };
            if to.wants(event) {
                let (queue_url, message_body) = (peers::queue_url(cx, queue_arn)?, record(cx, bucket, event, to.id));
                peers::deliver(cx, &bucket.arn(), queue_arn, &SendMessage { queue_url, message_body })?;
            }
        }
        for TopicConfiguration { id, topic_arn, events, filter } in topic_configurations.iter().flatten() {
            let to = Destination { id: name(id), arn: topic_arn, events, filter: filter.as_ref() };
            if to.wants(event) {
                let message = record(cx, bucket, event, to.id);
                let subject = Some("Amazon S3 Notification".to_owned());
                let publish = Publish { topic_arn: Some(topic_arn.clone()), message, subject };
                peers::deliver(cx, &bucket.arn(), topic_arn, &publish)?;
            }
        }
        for LambdaFunctionConfiguration { id, lambda_function_arn, events, filter } in
            lambda_function_configurations.iter().flatten()
        {
            let to = Destination { id: name(id), arn: lambda_function_arn, events, filter: filter.as_ref() };
            if to.wants(event) {
                let payload = record(cx, bucket, event, to.id);
                let invoke = Invoke {
                    function_name: to.arn.to_owned(),
                    invocation_type: Some("Event".to_owned()),
                    payload: Some(Bytes::from(payload)),
                };
                peers::deliver(cx, &bucket.arn(), to.arn, &invoke)?;
            }
        }
        match event_bridge_configuration {
            Some(EventBridgeConfiguration {}) => to_bus(cx, bucket, event),
            None => Ok(()),
        }
    })
}

fn name(id: &Option<String>) -> &str {
    id.as_deref().unwrap_or_default()
}

impl Destination<'_> {
    fn wants(&self, event: &Event<'_>) -> bool {
        let wanted = |pattern: &str| match pattern.strip_prefix("s3:").unwrap_or(pattern).strip_suffix('*') {
            Some(start) => event.name.starts_with(start),
            None => pattern.strip_prefix("s3:").unwrap_or(pattern) == event.name,
        };
        self.events.iter().any(|pattern| wanted(pattern)) && passes(self.filter, &event.row.key)
    }
}

/// Whether a key passes a filter.
fn passes(filter: Option<&NotificationConfigurationFilter>, key: &str) -> bool {
    let rules = filter.and_then(|filter| filter.key.as_ref()).and_then(|key| key.filter_rules.as_ref());
    rules.into_iter().flatten().all(|FilterRule { name, value }| {
        let value = value.as_deref().unwrap_or_default();
        match name.as_deref() {
            Some(name) if name.eq_ignore_ascii_case("prefix") => key.starts_with(value),
            _ => key.ends_with(value),
        }
    })
}

/// The record of an event.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
fn record(cx: &Cx, bucket: &Bucket, event: &Event<'_>, id: &str) -> String {
    let row = event.row;
    let mut object = json!({"key": Encoding::for_events().write(&row.key)});
    if let Json::Object(object) = &mut object {
        let removed = event.name.starts_with("ObjectRemoved") || event.name.starts_with("LifecycleExpiration");
        if !removed {
            object.insert("size".to_owned(), json!(row.size));
        }
        if !removed || row.marker {
            object.insert("eTag".to_owned(), json!(if row.marker { EMPTY_MD5 } else { &row.etag }));
        }
        if bucket.is_versioned() && row.version_id != crate::versions::NULL {
            object.insert("versionId".to_owned(), json!(row.version_id));
        }
        object.insert("sequencer".to_owned(), json!(sequencer(cx, row)));
    }
    let request = cx.request();
    let lifecycle = event.name.starts_with("Lifecycle");
    let principal = if lifecycle { "s3.amazonaws.com".to_owned() } else { principal(cx) };
    let one = json!({
        "eventVersion": if lifecycle || event.name.starts_with("ObjectTagging") { "2.3" } else { "2.1" },
        "eventSource": "aws:s3",
        "awsRegion": bucket.scope.region.as_str(),
        "eventTime": moment(cx.now()),
        "eventName": event.name,
        "userIdentity": {"principalId": principal},
        "requestParameters": {"sourceIPAddress": if lifecycle { "s3.amazonaws.com" } else { &request.source_ip }},
        "responseElements": {
            "x-amz-request-id": request.id.to_string(),
            "x-amz-id-2": canonical_id(bucket.scope.account),
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": id,
            "bucket": {
                "name": bucket.row.name,
                "ownerIdentity": {"principalId": canonical_id(bucket.scope.account)},
                "arn": bucket.arn().as_str(),
            },
            "object": object,
        },
    });
    json!({"Records": [one]}).to_string()
}

/// A moment with its milliseconds, as events have them.
fn moment(at: service::Timestamp) -> String {
    let seconds = at.whole_secs().iso8601();
    format!("{}.{:03}Z", seconds.trim_end_matches('Z'), at.millis().rem_euclid(1000))
}

const EMPTY_MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";

/// Who did it: `AWS:` and his unique id.
fn principal(cx: &Cx) -> String {
    let caller = cx.caller();
    match caller.kind {
        CallerKind::Anonymous => "Anonymous".to_owned(),
        CallerKind::Service => caller.arn.clone(),
        _ => format!("AWS:{}", caller.user_id),
    }
}

/// Events of a key are in the order of their sequencers.
fn sequencer(cx: &Cx, row: &ObjectRow) -> String {
    format!("{:016X}{:02X}", cx.now().0, row.number & 0xff)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>
fn to_bus(cx: &mut Cx, bucket: &Bucket, event: &Event<'_>) -> Result<()> {
    let row = event.row;
    let (kind, reason) = match event.name {
        "ObjectCreated:Put" => ("Object Created", "PutObject"),
        "ObjectCreated:Post" => ("Object Created", "POST Object"),
        "ObjectCreated:Copy" => ("Object Created", "CopyObject"),
        "ObjectCreated:CompleteMultipartUpload" => ("Object Created", "CompleteMultipartUpload"),
        "ObjectRemoved:Delete" | "ObjectRemoved:DeleteMarkerCreated" => ("Object Deleted", "DeleteObject"),
        "LifecycleTransition" => ("Object Storage Class Changed", ""),
        "ObjectTagging:Put" => ("Object Tags Added", ""),
        "ObjectTagging:Delete" => ("Object Tags Deleted", ""),
        _ => ("Object Deleted", "Lifecycle Expiration"),
    };
    let mut object = json!({"key": row.key, "etag": if row.marker { EMPTY_MD5 } else { &row.etag }});
    let created = kind == "Object Created";
    let request = cx.request();
    let mut detail = json!({
        "version": "0",
        "bucket": {"name": bucket.row.name},
        "object": Json::Null,
        "request-id": request.id.to_string(),
        "requester": if event.name.starts_with("Lifecycle") { "s3.amazonaws.com".to_owned() } else { cx.caller().account.to_string() },
    });
    if let (Json::Object(detail), Json::Object(object)) = (&mut detail, &mut object) {
        if created {
            object.insert("size".to_owned(), json!(row.size));
        }
        if bucket.is_versioned() && row.version_id != crate::versions::NULL {
            object.insert("version-id".to_owned(), json!(row.version_id));
        }
        object.insert("sequencer".to_owned(), json!(sequencer(cx, row)));
        detail.insert("object".to_owned(), Json::Object(std::mem::take(object)));
        if !event.name.starts_with("Lifecycle") {
            detail.insert("source-ip-address".to_owned(), json!(&*request.source_ip));
        }
        if !reason.is_empty() {
            detail.insert("reason".to_owned(), json!(reason));
        }
        if kind == "Object Deleted" {
            let how = if row.marker { "Delete Marker Created" } else { "Permanently Deleted" };
            detail.insert("deletion-type".to_owned(), json!(how));
        }
        if kind == "Object Storage Class Changed" {
            detail.insert("destination-storage-class".to_owned(), json!(row.storage_class));
        }
    }
    let entry = BusEvent {
        source: Some("aws.s3".to_owned()),
        resources: Some(vec![bucket.arn().to_string()]),
        detail_type: Some(kind.to_owned()),
        detail: Some(detail.to_string()),
    };
    let by = service::As::service(&bucket.arn()).within(bucket.scope);
    cx.after(&by, &PutEvents { entries: vec![entry] }, service::Tell::Failures("events".to_owned()))
}

/// What a destination is sent when it is configured.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
pub fn test_event(cx: &Cx, bucket: &Bucket) -> String {
    json!({
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": moment(cx.now()),
        "Bucket": bucket.row.name,
        "RequestId": cx.request().id.to_string(),
        "HostId": canonical_id(bucket.scope.account),
    })
    .to_string()
}

/// A delivery has failed: it is tried again for a day, ever more seldom.
pub fn ended(cx: &mut Cx, delivery: &Delivery, outcome: &Result<Value>) -> Result<Next> {
    if outcome.is_ok() || cx.now().since(delivery.since) >= TRIED {
        return Ok(Next::Done);
    }
    let seconds = 1_u64 << delivery.attempts.min(10);
    Ok(Next::RetryAt(cx.now().after(Duration::from_secs(seconds))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_wants_what() {
        let row = ObjectRow { key: "images/a b.jpg".to_owned(), ..ObjectRow::default() };
        let check = |pattern: &str, event: &'static str, expect: bool| {
            let events = [pattern.to_owned()];
            let to = Destination { id: "", arn: "", events: &events, filter: None };
            assert_eq!(to.wants(&Event { name: event, row: &row }), expect, "{pattern} {event}");
        };
        check("s3:ObjectCreated:*", "ObjectCreated:Put", true);
        check("s3:ObjectCreated:Put", "ObjectCreated:Put", true);
        check("s3:ObjectCreated:Put", "ObjectCreated:Copy", false);
        check("s3:ObjectRemoved:*", "ObjectCreated:Put", false);
        let rule = |name: &str, value: &str| FilterRule { name: Some(name.to_owned()), value: Some(value.to_owned()) };
        let filter = |rules: Vec<FilterRule>| NotificationConfigurationFilter {
            key: Some(crate::api::S3KeyFilter { filter_rules: Some(rules) }),
        };
        assert!(passes(Some(&filter(vec![rule("prefix", "images/"), rule("Suffix", ".jpg")])), &row.key));
        assert!(!passes(Some(&filter(vec![rule("prefix", "images/"), rule("suffix", ".png")])), &row.key));
    }
}
