//! S3.

use super::{Line, Listing};

pub static COMMON: &[&str] = &[
    r#"CreateBucket {"Bucket": "bucket-one"}"#,
    r#"PutObject {"Bucket": "bucket-one", "Key": "one", "Body": "AAAA", "Tagging": "team=a"}"#,
];

const ONE: &str = r#"{"Bucket": "bucket-one", "Key": "one"}"#;
const UPLOAD: &str = r#"CreateMultipartUpload {"Bucket": "bucket-one", "Key": "two"}"#;
const PART: &str =
    r#"UploadPart {"Bucket": "bucket-one", "Key": "two", "UploadId": "{UploadId}", "PartNumber": 1, "Body": "AAAA"}"#;
const POLICY: &str = r#"PutBucketPolicy {"Bucket": "bucket-one", "Policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:PutObject\",\"Resource\":\"arn:aws:s3:::bucket-one/never/*\"}]}"}"#;
const CORS: &str = r#"{"Bucket": "bucket-one", "CORSConfiguration": {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}}"#;
const PUT_CORS: &str = r#"PutBucketCors {"Bucket": "bucket-one", "CORSConfiguration": {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}}"#;
const LIFECYCLE: &str = r#"{"Bucket": "bucket-one", "LifecycleConfiguration": {"Rules": [{"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 9}}]}}"#;
const PUT_LIFECYCLE: &str = r#"PutBucketLifecycleConfiguration {"Bucket": "bucket-one", "LifecycleConfiguration": {"Rules": [{"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 9}}]}}"#;

pub static LINES: &[Line] = &[
    ("s3.AbortMultipartUpload", &[UPLOAD], r#"{"Bucket": "bucket-one", "Key": "two", "UploadId": "{UploadId}"}"#),
    (
        "s3.CompleteMultipartUpload",
        &[UPLOAD, PART],
        r#"{"Bucket": "bucket-one", "Key": "two", "UploadId": "{UploadId}",
            "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": "*"}]}}"#,
    ),
    (
        "s3.CopyObject",
        &[],
        r#"{"Bucket": "bucket-one", "Key": "copy", "CopySource": "bucket-one/one", "TaggingDirective": "REPLACE"}"#,
    ),
    ("s3.CreateBucket", &[], r#"{"Bucket": "bucket-two"}"#),
    ("s3.CreateMultipartUpload", &[], r#"{"Bucket": "bucket-one", "Key": "two"}"#),
    ("s3.DeleteBucket", &[r#"DeleteObject {"Bucket": "bucket-one", "Key": "one"}"#], r#"{"Bucket": "bucket-one"}"#),
    ("s3.DeleteObject", &[], ONE),
    ("s3.DeleteObjectTagging", &[], ONE),
    ("s3.DeleteObjects", &[], r#"{"Bucket": "bucket-one", "Delete": {"Objects": [{"Key": "one"}]}}"#),
    ("s3.GetBucketCors", &[PUT_CORS], r#"{"Bucket": "bucket-one"}"#),
    ("s3.GetBucketLifecycleConfiguration", &[PUT_LIFECYCLE], r#"{"Bucket": "bucket-one"}"#),
    ("s3.GetBucketPolicy", &[POLICY], r#"{"Bucket": "bucket-one"}"#),
    ("s3.GetBucketPolicyStatus", &[POLICY], r#"{"Bucket": "bucket-one"}"#),
    (
        "s3.GetBucketTagging",
        &[r#"PutBucketTagging {"Bucket": "bucket-one", "Tagging": {"TagSet": [{"Key": "a", "Value": "b"}]}}"#],
        r#"{"Bucket": "bucket-one"}"#,
    ),
    ("s3.GetObject", &[], ONE),
    ("s3.GetObjectAcl", &[], ONE),
    (
        "s3.GetObjectAttributes",
        &[],
        r#"{"Bucket": "bucket-one", "Key": "one", "ObjectAttributes": ["ETag", "ObjectSize"]}"#,
    ),
    ("s3.GetObjectTagging", &[], ONE),
    ("s3.HeadObject", &[], ONE),
    ("s3.ListParts", &[UPLOAD], r#"{"Bucket": "bucket-one", "Key": "two", "UploadId": "{UploadId}"}"#),
    ("s3.PutBucketAcl", &[], r#"{"Bucket": "bucket-one", "ACL": "bucket-owner-full-control"}"#),
    ("s3.PutBucketCors", &[], CORS),
    (
        "s3.PutBucketEncryption",
        &[],
        r#"{"Bucket": "bucket-one", "ServerSideEncryptionConfiguration":
            {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}}"#,
    ),
    ("s3.PutBucketLifecycleConfiguration", &[], LIFECYCLE),
    (
        "s3.PutBucketNotificationConfiguration",
        &[],
        r#"{"Bucket": "bucket-one", "NotificationConfiguration": {"EventBridgeConfiguration": {}}}"#,
    ),
    (
        "s3.PutBucketOwnershipControls",
        &[],
        r#"{"Bucket": "bucket-one", "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}}"#,
    ),
    (
        "s3.PutBucketPolicy",
        &[],
        r#"{"Bucket": "bucket-one", "Policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:PutObject\",\"Resource\":\"arn:aws:s3:::bucket-one/never/*\"}]}"}"#,
    ),
    ("s3.PutBucketTagging", &[], r#"{"Bucket": "bucket-one", "Tagging": {"TagSet": [{"Key": "team", "Value": "a"}]}}"#),
    ("s3.PutBucketVersioning", &[], r#"{"Bucket": "bucket-one", "VersioningConfiguration": {"Status": "Enabled"}}"#),
    ("s3.PutObject", &[], r#"{"Bucket": "bucket-one", "Key": "two", "Body": "AAAA", "Tagging": "team=a"}"#),
    ("s3.PutObjectAcl", &[], r#"{"Bucket": "bucket-one", "Key": "one", "ACL": "bucket-owner-full-control"}"#),
    (
        "s3.PutObjectTagging",
        &[],
        r#"{"Bucket": "bucket-one", "Key": "one", "Tagging": {"TagSet": [{"Key": "team", "Value": "b"}]}}"#,
    ),
    (
        "s3.PutPublicAccessBlock",
        &[],
        r#"{"Bucket": "bucket-one", "PublicAccessBlockConfiguration": {"BlockPublicPolicy": true}}"#,
    ),
    (
        "s3.UploadPart",
        &[UPLOAD],
        r#"{"Bucket": "bucket-one", "Key": "two", "UploadId": "{UploadId}", "PartNumber": 1, "Body": "AAAA"}"#,
    ),
    (
        "s3.UploadPartCopy",
        &[UPLOAD],
        r#"{"Bucket": "bucket-one", "Key": "two", "UploadId": "{UploadId}", "PartNumber": 1,
            "CopySource": "bucket-one/one"}"#,
    ),
];

pub static LISTINGS: &[Listing] = &[
    ("s3.ListBuckets", 3, &[r#"CreateBucket {"Bucket": "bucket{n}"}"#], "{}"),
    (
        "s3.ListMultipartUploads",
        3,
        &[r#"CreateMultipartUpload {"Bucket": "bucket-one", "Key": "k{n}"}"#],
        r#"{"Bucket": "bucket-one"}"#,
    ),
    (
        "s3.ListObjectVersions",
        3,
        &[r#"PutObject {"Bucket": "bucket-one", "Key": "k{n}"}"#],
        r#"{"Bucket": "bucket-one"}"#,
    ),
    ("s3.ListObjects", 3, &[r#"PutObject {"Bucket": "bucket-one", "Key": "k{n}"}"#], r#"{"Bucket": "bucket-one"}"#),
    ("s3.ListObjectsV2", 3, &[r#"PutObject {"Bucket": "bucket-one", "Key": "k{n}"}"#], r#"{"Bucket": "bucket-one"}"#),
    (
        "s3.ListParts",
        3,
        &[
            r#"UploadPart {"Bucket": "bucket-one", "Key": "two", "UploadId": "{UploadId}", "PartNumber": {n}, "Body": "AAAA"}"#,
        ],
        r#"{"Bucket": "bucket-one", "Key": "two", "UploadId": "{UploadId}"}"#,
    ),
];
