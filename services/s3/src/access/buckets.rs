//! Buckets, their configurations and their lists.

use super::{Sent, on, on_bucket};
use crate::address::{Bucket, arn};
use crate::api::*;
use service::{Access, CallerKind, Check, HttpRequest, Result, View};

/// Tags on creation are asked for too.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>
pub fn create_bucket(view: &View, input: &CreateBucketRequest) -> Result<Access> {
    let configuration = input.create_bucket_configuration.as_ref();
    let tags = configuration.and_then(|given| given.tags.as_ref()).into_iter().flatten();
    let tags: Vec<(&str, &str)> = tags.map(|tag| (tag.key.as_str(), tag.value.as_str())).collect();
    let resource = arn(view.scope(), &input.bucket).to_string();
    let location = configuration.and_then(|given| given.location_constraint.as_deref());
    let check = Check::new("s3:CreateBucket", resource.clone())
        .sent("s3:locationconstraint", location)
        .sent("s3:x-amz-acl", input.acl.as_deref())
        .sent("s3:x-amz-object-ownership", input.object_ownership.as_deref())
        .request_tags(tags.iter().copied());
    let mut checks = vec![check];
    if !tags.is_empty() {
        checks.push(Check::new("s3:TagResource", resource).request_tags(tags));
    }
    Ok(Access::Checks(checks))
}

pub fn list_buckets(_view: &View, _input: &ListBucketsRequest) -> Result<Access> {
    Ok(Access::to(Check::new("s3:ListAllMyBuckets", "*")))
}

/// Whoever asks need not know where the bucket is.
pub fn get_bucket_location(view: &View, input: &GetBucketLocationRequest) -> Result<Access> {
    let found = Bucket::find(view, &input.bucket)?;
    let bucket = found.ok_or_else(|| crate::errors::no_such_bucket(&input.bucket))?;
    Ok(Access::to(on_bucket(view, &bucket, "s3:GetBucketLocation")))
}

/// One action on a bucket.
fn one(view: &View, (name, owner): (&str, &Option<String>), action: &'static str) -> Result<Access> {
    let bucket = Bucket::open(view, name, owner.as_deref())?;
    Ok(Access::to(on_bucket(view, &bucket, action)))
}

/// Operations on a bucket's policy, which cannot keep the root user of the bucket's account from them: "the root principal in a bucket
/// owner's AWS account can perform the GetBucketPolicy, PutBucketPolicy, and DeleteBucketPolicy API actions, even if their bucket
/// policy explicitly denies the root principal's access".
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html>
macro_rules! on_policies {
    ($($function:ident, $input:ident, $action:literal;)*) => { $(
        pub fn $function(view: &View, input: &$input) -> Result<Access> {
            let bucket = Bucket::open(view, &input.bucket, input.expected_bucket_owner.as_deref())?;
            let mut check = on_bucket(view, &bucket, $action);
            let caller = view.caller();
            if caller.kind == CallerKind::Root && caller.account == bucket.scope.account {
                check.policy = None;
            }
            Ok(Access::to(check))
        }
    )* };
}

on_policies! {
    delete_bucket_policy, DeleteBucketPolicyRequest, "s3:DeleteBucketPolicy";
    get_bucket_policy, GetBucketPolicyRequest, "s3:GetBucketPolicy";
    put_bucket_policy, PutBucketPolicyRequest, "s3:PutBucketPolicy";
}

/// Operations that ask for one action on their bucket.
macro_rules! plain {
    ($($function:ident, $input:ident, $action:literal;)*) => { $(
        pub fn $function(view: &View, input: &$input) -> Result<Access> {
            one(view, (&input.bucket, &input.expected_bucket_owner), $action)
        }
    )* };
}

plain! {
    delete_bucket, DeleteBucketRequest, "s3:DeleteBucket";
    delete_bucket_cors, DeleteBucketCorsRequest, "s3:PutBucketCORS";
    delete_bucket_encryption, DeleteBucketEncryptionRequest, "s3:PutEncryptionConfiguration";
    delete_bucket_lifecycle, DeleteBucketLifecycleRequest, "s3:PutLifecycleConfiguration";
    delete_bucket_ownership_controls, DeleteBucketOwnershipControlsRequest, "s3:PutBucketOwnershipControls";
    delete_bucket_tagging, DeleteBucketTaggingRequest, "s3:PutBucketTagging";
    delete_public_access_block, DeletePublicAccessBlockRequest, "s3:PutBucketPublicAccessBlock";
    get_bucket_acl, GetBucketAclRequest, "s3:GetBucketAcl";
    get_bucket_cors, GetBucketCorsRequest, "s3:GetBucketCORS";
    get_bucket_encryption, GetBucketEncryptionRequest, "s3:GetEncryptionConfiguration";
    get_bucket_lifecycle_configuration, GetBucketLifecycleConfigurationRequest, "s3:GetLifecycleConfiguration";
    get_bucket_notification_configuration, GetBucketNotificationConfigurationRequest, "s3:GetBucketNotification";
    get_bucket_ownership_controls, GetBucketOwnershipControlsRequest, "s3:GetBucketOwnershipControls";
    get_bucket_policy_status, GetBucketPolicyStatusRequest, "s3:GetBucketPolicyStatus";
    get_bucket_tagging, GetBucketTaggingRequest, "s3:GetBucketTagging";
    get_bucket_versioning, GetBucketVersioningRequest, "s3:GetBucketVersioning";
    get_public_access_block, GetPublicAccessBlockRequest, "s3:GetBucketPublicAccessBlock";
    head_bucket, HeadBucketRequest, "s3:ListBucket";
    put_bucket_cors, PutBucketCorsRequest, "s3:PutBucketCORS";
    put_bucket_encryption, PutBucketEncryptionRequest, "s3:PutEncryptionConfiguration";
    put_bucket_lifecycle_configuration, PutBucketLifecycleConfigurationRequest, "s3:PutLifecycleConfiguration";
    put_bucket_notification_configuration, PutBucketNotificationConfigurationRequest, "s3:PutBucketNotification";
    put_bucket_ownership_controls, PutBucketOwnershipControlsRequest, "s3:PutBucketOwnershipControls";
    put_bucket_versioning, PutBucketVersioningRequest, "s3:PutBucketVersioning";
    put_public_access_block, PutPublicAccessBlockRequest, "s3:PutBucketPublicAccessBlock";
}

pub fn put_bucket_acl(view: &View, input: &PutBucketAclRequest) -> Result<Access> {
    let bucket = Bucket::open(view, &input.bucket, input.expected_bucket_owner.as_deref())?;
    Ok(Access::to(on_bucket(view, &bucket, "s3:PutBucketAcl").sent("s3:x-amz-acl", input.acl.as_deref())))
}

pub fn put_bucket_tagging(view: &View, input: &PutBucketTaggingRequest) -> Result<Access> {
    let bucket = Bucket::open(view, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let tags = input.tagging.tag_set.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()));
    Ok(Access::to(on_bucket(view, &bucket, "s3:PutBucketTagging").request_tags(tags)))
}

/// Browsers ask without keys; what the rules of the bucket say is for everybody to know.
pub fn preflight_request(view: &View, request: &HttpRequest) -> Result<Access> {
    let bucket = Bucket::find(view, &crate::cors::bucket_in(&request.path))?;
    Ok(bucket.map_or(Access::Public, |bucket| Access::PublicIn(bucket.scope)))
}

/// What a list says of itself.
struct Listed<'a> {
    bucket: &'a str,
    owner: &'a Option<String>,
    prefix: &'a Option<String>,
    delimiter: &'a Option<String>,
    most: Option<i64>,
}

fn list(view: &View, listed: &Listed<'_>, action: &'static str) -> Result<Access> {
    let bucket = Bucket::open(view, listed.bucket, listed.owner.as_deref())?;
    let check = on(view, &bucket, (action, bucket.arn().to_string()))
        // A list without a prefix is one of the empty prefix to `StringEquals`.
        .key("s3:prefix", listed.prefix.as_deref().unwrap_or_default())
        .sent("s3:delimiter", listed.delimiter.as_deref())
        .sent("s3:max-keys", listed.most.map(|most| most.to_string()).as_deref());
    Ok(Access::to(check))
}

pub fn list_objects_v2(view: &View, input: &ListObjectsV2Request) -> Result<Access> {
    let ListObjectsV2Request { bucket, expected_bucket_owner: owner, prefix, delimiter, max_keys, .. } = input;
    list(view, &Listed { bucket, owner, prefix, delimiter, most: *max_keys }, "s3:ListBucket")
}

pub fn list_objects(view: &View, input: &ListObjectsRequest) -> Result<Access> {
    let ListObjectsRequest { bucket, expected_bucket_owner: owner, prefix, delimiter, max_keys, .. } = input;
    list(view, &Listed { bucket, owner, prefix, delimiter, most: *max_keys }, "s3:ListBucket")
}

pub fn list_object_versions(view: &View, input: &ListObjectVersionsRequest) -> Result<Access> {
    let ListObjectVersionsRequest { bucket, expected_bucket_owner: owner, prefix, delimiter, max_keys, .. } = input;
    list(view, &Listed { bucket, owner, prefix, delimiter, most: *max_keys }, "s3:ListBucketVersions")
}

pub fn list_multipart_uploads(view: &View, input: &ListMultipartUploadsRequest) -> Result<Access> {
    one(view, (&input.bucket, &input.expected_bucket_owner), "s3:ListBucketMultipartUploads")
}
