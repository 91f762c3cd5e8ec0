//! All that CloudTrail calls: the bucket, the topic and the log group of a trail.

use crate::names;
use crate::state::TrailRow;
use service::shape::shape;
use service::{ArnParts, As, Bytes, Error, IndexMap, Region, Result, Scope, Value, View, peer};

peer! {
    /// Whose a bucket is: what AWS asks of a bucket's policy first.
    "s3".GetBucketAcl {
        bucket: String = "Bucket",
    } -> BucketAcl {}

    /// Puts a log file or digest file.
    "s3".PutObject {
        bucket: String = "Bucket",
        key: String = "Key",
        acl: Option<String> = "ACL",
        body: Option<Bytes> = "Body",
        content_type: Option<String> = "ContentType",
        content_encoding: Option<String> = "ContentEncoding",
        metadata: Option<IndexMap<String, String>> = "Metadata",
        server_side_encryption: Option<String> = "ServerSideEncryption",
        ssekms_key_id: Option<String> = "SSEKMSKeyId",
        ssekms_encryption_context: Option<String> = "SSEKMSEncryptionContext",
    } -> ObjectPut {}

    /// Tells a topic of a log file.
    "sns".Publish {
        topic_arn: Option<String> = "TopicArn",
        message: String = "Message",
    } -> Published {}

    /// Makes a log stream.
    "logs".CreateLogStream {
        log_group_name: String = "logGroupName",
        log_stream_name: String = "logStreamName",
    } -> StreamMade {}

    /// Puts events into a log stream.
    "logs".PutLogEvents {
        log_group_name: String = "logGroupName",
        log_stream_name: String = "logStreamName",
        log_events: Vec<Line> = "logEvents",
    } -> LinesPut {}
}

shape! {
    /// An event on its way to a log group.
    pub struct Line {
        /// In milliseconds since 1970.
        pub timestamp: i64 = "timestamp",
        /// The record.
        pub message: String = "message",
    }
}

/// As CloudTrail for a trail, where its bucket is.
pub fn to_bucket(view: &View, trail: &TrailRow) -> As {
    to(view, trail, Region::new(&trail.bucket_region).map(|region| Scope::new(view.account(), region)))
}

/// As CloudTrail for a trail, where its topic is.
pub fn to_topic(view: &View, trail: &TrailRow, topic: &str) -> As {
    let parts = ArnParts::parse(topic).ok();
    let scope = parts.and_then(|parts| Some(Scope::new(parts.account.parse().ok()?, Region::new(parts.region)?)));
    to(view, trail, scope)
}

fn to(view: &View, trail: &TrailRow, scope: Option<Scope>) -> As {
    let by = As::service(&crate::address::arn(view, trail));
    match scope.filter(|scope| *scope != view.scope()) {
        Some(scope) => by.within(scope),
        None => by,
    }
}

/// As the role of a trail, with which it writes to its log group.
pub fn to_log_group(view: &View, trail: &TrailRow) -> Option<(As, String)> {
    let group = names::log_group(trail.cloud_watch_logs_log_group_arn.as_deref()?)?;
    let role = trail.cloud_watch_logs_role_arn.as_deref()?;
    // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
    let by = As::role(role, "CLOUDWATCH_LOGS_DELIVERY_SESSION", &crate::address::arn(view, trail));
    Some((by, group.to_owned()))
}

/// The region of a bucket; `None` where there is no such bucket.
pub fn bucket_region(view: &View, bucket: &str) -> Result<Option<String>> {
    match view.peer("s3", "GetBucketLocation", Value::map([("Bucket", bucket.into())])) {
        // A bucket of the first region says none.
        Ok(answer) => {
            let region = answer.get("LocationConstraint").and_then(Value::as_str).unwrap_or("us-east-1");
            Ok(Some(region.to_owned()))
        }
        Err(error) if error.code() == "NoSuchBucket" => Ok(None),
        Err(error) => Err(error),
    }
}

/// What KMS says of a key: its ARN, and whether it can be used. `None` where there is no such key.
pub fn kms_key(view: &View, key: &str) -> Result<Option<(String, bool)>> {
    let scope = ArnParts::parse(key)
        .ok()
        .and_then(|parts| Some(Scope::new(parts.account.parse().ok()?, Region::new(parts.region)?)))
        .unwrap_or(view.scope());
    match view.peer_in(scope, "kms", "DescribeKey", Value::map([("KeyId", key.into())])) {
        Ok(answer) => {
            let about = answer.get("KeyMetadata");
            let arn = about.and_then(|about| about.get("Arn")).and_then(Value::as_str).unwrap_or_default();
            let enabled = about.and_then(|about| about.get("Enabled")).and_then(Value::as_bool) == Some(true);
            Ok(Some((arn.to_owned(), enabled)))
        }
        Err(error) if error.is_receiver_fault() => Err(error),
        Err(_) => Ok(None),
    }
}

/// Whether an error is no answer of a peer: the question itself, which must be passed on, or a fault of the cloud.
pub fn is_open(error: &Error) -> bool {
    error.cause().is_some() || error.code() == "NotImplemented"
}
