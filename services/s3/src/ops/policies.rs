//! Bucket policies, and what is done against public access.

use super::buckets::change;
use crate::address::{Bucket, arn};
use crate::api::*;
use crate::state::BlockRow;
use crate::{errors, exposure};
use serde_json::Value as Json;
use service::policy::valid::{self, Facts, Kind};
use service::policy::{Fault, Limits};
use service::{Cx, Error, Nothing, Result, View};

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html>
const LARGEST: usize = 20_480;

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html>
pub fn get_bucket_policy(view: &View, input: GetBucketPolicyRequest) -> Result<GetBucketPolicyOutput> {
    let GetBucketPolicyRequest { bucket, expected_bucket_owner } = input;
    let bucket = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    Ok(GetBucketPolicyOutput { policy: Some(policy_of(bucket)?) })
}

fn policy_of(bucket: Bucket) -> Result<String> {
    let none = errors::none_here("NoSuchBucketPolicy", "The bucket policy does not exist", &bucket.row.name);
    bucket.row.policy.ok_or(none)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html>
pub fn put_bucket_policy(cx: &mut Cx, input: PutBucketPolicyRequest) -> Result<Nothing> {
    let PutBucketPolicyRequest {
        bucket,
        content_md5: _,                       // stored only: the door has checked it
        checksum_algorithm: _,                // stored only: the door has checked it
        confirm_remove_self_bucket_access: _, // stored only: the owner's root is never shut out
        policy,
        expected_bucket_owner,
    } = input;
    let found = Bucket::open(cx, &bucket, expected_bucket_owner.as_deref())?;
    check(cx, &policy, &found)?;
    let blocks = found.row.block.as_ref().is_some_and(|block| block.block_public_policy);
    if blocks && exposure::is_public(&policy) {
        let text = format!(
            "User: {} is not authorized to perform: s3:PutBucketPolicy on resource: \"{}\" because public policies are \
             prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
            cx.caller().arn,
            found.arn()
        );
        return Err(Error::new("AccessDenied", text).status(403));
    }
    change(cx, (&bucket, None), |row| {
        row.policy = Some(policy);
        Ok(())
    })
}

/// Checks the document, that whoever it names is there, and that it speaks of nothing but this bucket.
fn check(view: &View, policy: &str, bucket: &Bucket) -> Result<()> {
    let json: Json = serde_json::from_str(policy)
        .ok()
        .filter(Json::is_object)
        .ok_or_else(|| errors::malformed_policy("Policies must be valid JSON and the first byte must be '{'"))?;
    if policy.len() > LARGEST {
        return Err(errors::malformed_policy("Policy exceeds the maximum allowed document size."));
    }
    let limits = Limits { bytes: LARGEST, ..Limits::default() };
    let document =
        valid::check(policy, Kind::Resource, &Facts::default(), limits).map_err(|error| match error.fault() {
            Fault::InvalidPrincipal(kind, value) => errors::invalid_principal(kind, value),
            _ => errors::malformed_policy(error.message()),
        })?;
    if let Some(unknown) = view.unknown_principal(&document)? {
        let (kind, value) = unknown.written();
        return Err(errors::invalid_principal(kind, &value));
    }
    let statements = match json.get("Statement") {
        Some(Json::Array(list)) => list.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let own = arn(bucket.scope, &bucket.row.name).to_string();
    let fits = |resource: &str| {
        let named = resource.split('/').next().unwrap_or_default();
        let pattern = named.split(['*', '?', '$']).next().unwrap_or_default();
        own == named || (pattern.len() < named.len() && own.starts_with(pattern))
    };
    let resources = |statement: &Json| texts(statement.get("Resource").or(statement.get("NotResource")));
    if !statements.iter().all(|statement| resources(statement).iter().all(|resource| fits(resource))) {
        return Err(errors::malformed_policy("Policy has invalid resource"));
    }
    let known =
        |action: &str| action == "*" || action.get(..3).is_some_and(|prefix| prefix.eq_ignore_ascii_case("s3:"));
    let actions = |statement: &Json| texts(statement.get("Action").or(statement.get("NotAction")));
    if !statements.iter().all(|statement| actions(statement).iter().all(|action| known(action))) {
        return Err(errors::malformed_policy("Policy has invalid action"));
    }
    Ok(())
}

fn texts(value: Option<&Json>) -> Vec<String> {
    match value {
        Some(Json::String(text)) => vec![text.clone()],
        Some(Json::Array(list)) => list.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html>
pub fn delete_bucket_policy(cx: &mut Cx, input: DeleteBucketPolicyRequest) -> Result<Nothing> {
    let DeleteBucketPolicyRequest { bucket, expected_bucket_owner } = input;
    change(cx, (&bucket, expected_bucket_owner.as_deref()), |row| {
        row.policy = None;
        Ok(())
    })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html>
pub fn get_bucket_policy_status(
    view: &View,
    input: GetBucketPolicyStatusRequest,
) -> Result<GetBucketPolicyStatusOutput> {
    let GetBucketPolicyStatusRequest { bucket, expected_bucket_owner } = input;
    let bucket = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    let restricts = bucket.row.block.as_ref().is_some_and(|block| block.restrict_public_buckets);
    let is_public = Some(exposure::is_public(&policy_of(bucket)?) && !restricts);
    Ok(GetBucketPolicyStatusOutput { policy_status: Some(PolicyStatus { is_public }) })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html>
pub fn get_public_access_block(view: &View, input: GetPublicAccessBlockRequest) -> Result<GetPublicAccessBlockOutput> {
    let GetPublicAccessBlockRequest { bucket, expected_bucket_owner } = input;
    let found = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    let text = "The public access block configuration was not found";
    let none = || errors::none_here("NoSuchPublicAccessBlockConfiguration", text, &bucket);
    let BlockRow { block_public_acls, ignore_public_acls, block_public_policy, restrict_public_buckets } =
        found.row.block.ok_or_else(none)?;
    let public_access_block_configuration = Some(PublicAccessBlockConfiguration {
        block_public_acls: Some(block_public_acls),
        ignore_public_acls: Some(ignore_public_acls),
        block_public_policy: Some(block_public_policy),
        restrict_public_buckets: Some(restrict_public_buckets),
    });
    Ok(GetPublicAccessBlockOutput { public_access_block_configuration })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html>
pub fn put_public_access_block(cx: &mut Cx, input: PutPublicAccessBlockRequest) -> Result<Nothing> {
    let PutPublicAccessBlockRequest {
        bucket,
        content_md5: _,        // stored only: the door has checked it
        checksum_algorithm: _, // stored only: the door has checked it
        public_access_block_configuration,
        expected_bucket_owner,
    } = input;
    let PublicAccessBlockConfiguration {
        block_public_acls,
        ignore_public_acls,
        block_public_policy,
        restrict_public_buckets,
    } = public_access_block_configuration;
    let settings = [block_public_acls, ignore_public_acls, block_public_policy, restrict_public_buckets];
    if settings.iter().all(Option::is_none) {
        let text = "Must specify at least one configuration.";
        return Err(errors::invalid_request(text));
    }
    change(cx, (&bucket, expected_bucket_owner.as_deref()), |row| {
        row.block = Some(BlockRow {
            block_public_acls: block_public_acls.unwrap_or_default(),
            ignore_public_acls: ignore_public_acls.unwrap_or_default(),
            block_public_policy: block_public_policy.unwrap_or_default(),
            restrict_public_buckets: restrict_public_buckets.unwrap_or_default(),
        });
        Ok(())
    })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeletePublicAccessBlock.html>
pub fn delete_public_access_block(cx: &mut Cx, input: DeletePublicAccessBlockRequest) -> Result<Nothing> {
    let DeletePublicAccessBlockRequest { bucket, expected_bucket_owner } = input;
    change(cx, (&bucket, expected_bucket_owner.as_deref()), |row| {
        row.block = None;
        Ok(())
    })
}
