//! CloudTrail.

use super::{Line, Listing};

const BUCKET: &str = r#"s3.CreateBucket {"Bucket": "trails-{Account}"}"#;
const POLICY: &str = r#"s3.PutBucketPolicy {"Bucket": "trails-{Account}", "Policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"cloudtrail.amazonaws.com\"},\"Action\":[\"s3:GetBucketAcl\",\"s3:PutObject\"],\"Resource\":[\"arn:aws:s3:::trails-{Account}\",\"arn:aws:s3:::trails-{Account}/*\"]}]}"}"#;

pub static COMMON: &[&str] = &[BUCKET, POLICY, r#"CreateTrail {"Name": "one-trail", "S3BucketName": "trails-{Account}"}"#];

const NAME: &str = r#"{"Name": "one-trail"}"#;

pub static LINES: &[Line] = &[
    (
        "cloudtrail.AddTags",
        &[],
        r#"{"ResourceId": "{TrailARN}", "TagsList": [{"Key": "team", "Value": "a"}]}"#,
    ),
    (
        "cloudtrail.CreateTrail",
        &[],
        r#"{"Name": "two-trail", "S3BucketName": "trails-{Account}", "TagsList": [{"Key": "team", "Value": "a"}]}"#,
    ),
    ("cloudtrail.DeleteTrail", &[], NAME),
    ("cloudtrail.GetEventSelectors", &[], r#"{"TrailName": "one-trail"}"#),
    ("cloudtrail.GetTrail", &[], NAME),
    ("cloudtrail.GetTrailStatus", &[], NAME),
    ("cloudtrail.ListTags", &[], r#"{"ResourceIdList": ["{TrailARN}"]}"#),
    (
        "cloudtrail.PutEventSelectors",
        &[],
        r#"{"TrailName": "one-trail", "EventSelectors": [{"ReadWriteType": "ReadOnly"}]}"#,
    ),
    ("cloudtrail.RemoveTags", &[], r#"{"ResourceId": "{TrailARN}", "TagsList": [{"Key": "team"}]}"#),
    ("cloudtrail.StartLogging", &[], NAME),
    ("cloudtrail.StopLogging", &[], NAME),
    ("cloudtrail.UpdateTrail", &[], r#"{"Name": "one-trail", "EnableLogFileValidation": true}"#),
];

pub static LISTINGS: &[Listing] = &[
    ("cloudtrail.ListPublicKeys", 0, &[], "{}"),
    ("cloudtrail.ListTags", 0, &[], r#"{"ResourceIdList": ["{TrailARN}"]}"#),
    (
        "cloudtrail.ListTrails",
        3,
        &[r#"CreateTrail {"Name": "trail-{n}", "S3BucketName": "trails-{Account}"}"#],
        "{}",
    ),
    (
        "cloudtrail.LookupEvents",
        3,
        &[r#"AddTags {"ResourceId": "{TrailARN}", "TagsList": [{"Key": "t{n}", "Value": "x"}]}"#],
        // Looking is an event too.
        r#"{"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "AddTags"}]}"#,
    ),
];
