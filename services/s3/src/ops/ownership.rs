//! Who owns objects, and the access control lists that follow from it: everything is the bucket owner's.

use super::buckets::{change, owner};
use crate::about::Acl;
use crate::address::{Bucket, canonical_id};
use crate::api::*;
use crate::{errors, reading};
use service::{AccountId, Cx, Nothing, Result, View};

/// Checks a setting.
pub(crate) fn check(ownership: &str) -> Result<()> {
    if matches!(ownership, "BucketOwnerEnforced" | "BucketOwnerPreferred" | "ObjectWriter") {
        return Ok(());
    }
    Err(errors::invalid_argument("Invalid x-amz-object-ownership header", "x-amz-object-ownership", ownership))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketOwnershipControls.html>
pub fn get_bucket_ownership_controls(
    view: &View,
    input: GetBucketOwnershipControlsRequest,
) -> Result<GetBucketOwnershipControlsOutput> {
    let GetBucketOwnershipControlsRequest { bucket, expected_bucket_owner } = input;
    let found = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    if found.row.ownership.is_empty() {
        let text = "The bucket ownership controls were not found";
        return Err(errors::none_here("OwnershipControlsNotFoundError", text, &bucket));
    }
    let rule = OwnershipControlsRule { object_ownership: found.row.ownership };
    Ok(GetBucketOwnershipControlsOutput { ownership_controls: Some(OwnershipControls { rules: vec![rule] }) })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html>
pub fn put_bucket_ownership_controls(cx: &mut Cx, input: PutBucketOwnershipControlsRequest) -> Result<Nothing> {
    let PutBucketOwnershipControlsRequest {
        bucket,
        content_md5: _, // stored only: the door has checked it
        expected_bucket_owner,
        ownership_controls: OwnershipControls { rules },
        checksum_algorithm: _, // stored only: the door has checked it
    } = input;
    let Ok([OwnershipControlsRule { object_ownership }]) = <[OwnershipControlsRule; 1]>::try_from(rules) else {
        return Err(errors::malformed_xml());
    };
    if check(&object_ownership).is_err() {
        return Err(errors::malformed_xml());
    }
    change(cx, (&bucket, expected_bucket_owner.as_deref()), |row| {
        row.ownership = object_ownership;
        Ok(())
    })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketOwnershipControls.html>
pub fn delete_bucket_ownership_controls(cx: &mut Cx, input: DeleteBucketOwnershipControlsRequest) -> Result<Nothing> {
    let DeleteBucketOwnershipControlsRequest { bucket, expected_bucket_owner } = input;
    change(cx, (&bucket, expected_bucket_owner.as_deref()), |row| {
        row.ownership = String::new();
        Ok(())
    })
}

/// The list that says that everything is the owner's.
fn owners_alone(account: AccountId) -> (Owner, Vec<Grant>) {
    let grantee = Grantee { type_: "CanonicalUser".to_owned(), id: Some(canonical_id(account)), ..Grantee::default() };
    (owner(account), vec![Grant { grantee: Some(grantee), permission: Some("FULL_CONTROL".to_owned()) }])
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html>
pub fn get_bucket_acl(view: &View, input: GetBucketAclRequest) -> Result<GetBucketAclOutput> {
    let GetBucketAclRequest { bucket, expected_bucket_owner } = input;
    let bucket = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    let (owner, grants) = owners_alone(bucket.scope.account);
    Ok(GetBucketAclOutput { owner: Some(owner), grants: Some(grants) })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html>
pub fn put_bucket_acl(cx: &mut Cx, input: PutBucketAclRequest) -> Result<Nothing> {
    let PutBucketAclRequest {
        acl,
        access_control_policy,
        bucket,
        content_md5: _,        // stored only: the door has checked it
        checksum_algorithm: _, // stored only: the door has checked it
        grant_full_control,
        grant_read,
        grant_read_acp,
        grant_write,
        grant_write_acp,
        expected_bucket_owner,
    } = input;
    let bucket = Bucket::open(cx, &bucket, expected_bucket_owner.as_deref())?;
    let grants = [&grant_full_control, &grant_read, &grant_read_acp, &grant_write, &grant_write_acp];
    Acl { canned: acl.as_deref(), grants: &grants }.check(&bucket)?;
    check_policy(&bucket, acl.is_some(), access_control_policy)?;
    Ok(Nothing {})
}

/// A list that is given whole may say no more than what holds anyway.
fn check_policy(bucket: &Bucket, canned: bool, given: Option<AccessControlPolicy>) -> Result<()> {
    let Some(AccessControlPolicy { grants, owner }) = given else {
        if canned {
            return Ok(());
        }
        let text = "Your request was missing a required header";
        return Err(service::Error::new("MissingSecurityHeader", text)
            .status(400)
            .with("MissingHeaderName", "x-amz-acl"));
    };
    let (own, alone) = owners_alone(bucket.scope.account);
    let same = |grant: &Grant| {
        let id = |grant: &Grant| grant.grantee.as_ref().and_then(|grantee| grantee.id.clone());
        alone.first().is_some_and(|only| id(only) == id(grant) && only.permission == grant.permission)
    };
    if owner.is_none_or(|owner| owner.id == own.id) && grants.unwrap_or_default().iter().all(same) {
        return Ok(());
    }
    match bucket.row.ownership.as_str() {
        "BucketOwnerEnforced" => Err(errors::acls_not_supported()),
        _ => Err(errors::refuse("AccessControlPolicy")),
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html>
pub fn get_object_acl(view: &View, input: GetObjectAclRequest) -> Result<GetObjectAclOutput> {
    let GetObjectAclRequest {
        bucket,
        key,
        version_id,
        request_payer: _, // stored only
        expected_bucket_owner,
    } = input;
    let bucket = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    reading::version(view, &bucket, &key, (version_id.as_deref(), "GET"))?;
    let (owner, grants) = owners_alone(bucket.scope.account);
    Ok(GetObjectAclOutput { owner: Some(owner), grants: Some(grants), request_charged: None })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html>
pub fn put_object_acl(cx: &mut Cx, input: PutObjectAclRequest) -> Result<PutObjectAclOutput> {
    let PutObjectAclRequest {
        acl,
        access_control_policy,
        bucket,
        content_md5: _,        // stored only: the door has checked it
        checksum_algorithm: _, // stored only: the door has checked it
        grant_full_control,
        grant_read,
        grant_read_acp,
        grant_write,
        grant_write_acp,
        key,
        request_payer: _, // stored only
        version_id,
        expected_bucket_owner,
    } = input;
    let bucket = Bucket::open(cx, &bucket, expected_bucket_owner.as_deref())?;
    reading::version(cx, &bucket, &key, (version_id.as_deref(), "PUT"))?;
    let grants = [&grant_full_control, &grant_read, &grant_read_acp, &grant_write, &grant_write_acp];
    Acl { canned: acl.as_deref(), grants: &grants }.check(&bucket)?;
    check_policy(&bucket, acl.is_some(), access_control_policy)?;
    Ok(PutObjectAclOutput { request_charged: None })
}
