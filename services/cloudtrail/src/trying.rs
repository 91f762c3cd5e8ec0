//! A trail's destinations are tried before it is taken, with CloudTrail's own rights: nothing here reads a policy.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html>

use crate::errors;
use crate::files;
use crate::peers::{self, CreateLogStream, GetBucketAcl, PutObject, is_open};
use crate::peers::{Publish, to_bucket, to_log_group, to_topic};
use crate::state::TrailRow;
use service::{Cx, Error, Result};

/// What subscribers of a trail's topic hear first.
const VALIDATION: &str = "CloudTrail validation message.";

/// Tries the bucket, with an object that says nothing; AWS leaves one there too.
///
/// # Errors
/// `InsufficientS3BucketPolicyException`, or `InsufficientEncryptionPolicyException` where a key is in play. The first is
/// none, as with all questions: it must be passed on.
pub fn bucket(cx: &mut Cx, trail: &TrailRow) -> Result<()> {
    let by = to_bucket(cx, trail);
    let refused = |error: Error| match &trail.kms_key_id {
        _ if is_open(&error) => error,
        Some(key) => errors::encryption_policy(&trail.s3_bucket_name, key),
        None => errors::bucket_policy(&trail.s3_bucket_name),
    };
    cx.ask(&by, &GetBucketAcl { bucket: trail.s3_bucket_name.clone() }).map_err(refused)?;
    let key = format!("{}CloudTrail/", files::root(cx, trail));
    let mark = files::object(cx, trail, key, None);
    cx.ask::<PutObject>(&by, &mark).map_err(refused).map(drop)
}

/// Tries the topic.
///
/// # Errors
/// `InsufficientSnsTopicPolicyException`; see [`bucket`] for the first.
pub fn topic(cx: &mut Cx, trail: &TrailRow) -> Result<()> {
    let Some(topic) = trail.sns_topic_arn.clone() else { return Ok(()) };
    let by = to_topic(cx, trail, &topic);
    let word = Publish { topic_arn: Some(topic), message: VALIDATION.to_owned() };
    let refused = |error: Error| if is_open(&error) { error } else { errors::topic_policy() };
    cx.ask(&by, &word).map_err(refused).map(drop)
}

/// Tries the log group, by making the stream of the trail's own region.
///
/// # Errors
/// `InvalidCloudWatchLogsLogGroupArnException`, `InvalidCloudWatchLogsRoleArnException`; see [`bucket`] for the first.
pub fn log_group(cx: &mut Cx, trail: &TrailRow) -> Result<()> {
    let (group, role) = (&trail.cloud_watch_logs_log_group_arn, &trail.cloud_watch_logs_role_arn);
    match (group, role) {
        (None, None) => return Ok(()),
        (Some(_), None) => {
            return Err(errors::log_role("You must specify a role ARN for the CloudWatch Logs log group."));
        }
        (None, Some(_)) => {
            return Err(errors::log_group("You must specify a log group ARN for the CloudWatch Logs role."));
        }
        (Some(_), Some(_)) => {}
    }
    let unknown = || errors::log_group("CloudTrail cannot validate the specified log group ARN.");
    let (by, log_group_name) = to_log_group(cx, trail).ok_or_else(unknown)?;
    let log_stream_name = files::stream(cx, &trail.home_region);
    let made = cx.ask(&by, &CreateLogStream { log_group_name, log_stream_name });
    match made {
        Ok(peers::StreamMade {}) => Ok(()),
        Err(error) if error.code() == "ResourceAlreadyExistsException" => Ok(()),
        Err(error) if is_open(&error) => Err(error),
        Err(error) if error.code() == "ResourceNotFoundException" => Err(unknown()),
        Err(error) if error.message().contains("sts:AssumeRole") || error.code() == "ValidationError" => {
            Err(errors::log_role("Access denied. Check the trust relationships for your role."))
        }
        Err(_) => Err(errors::log_group("Access denied. Check the permissions for your role.")),
    }
}
