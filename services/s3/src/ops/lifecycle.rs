//! Lifecycle configurations.

use super::buckets::change;
use crate::address::Bucket;
use crate::api::*;
use crate::documents::{self, Kind};
use crate::{errors, lifecycle, rules};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html>
pub fn get_bucket_lifecycle_configuration(
    view: &View,
    input: GetBucketLifecycleConfigurationRequest,
) -> Result<GetBucketLifecycleConfigurationOutput> {
    let GetBucketLifecycleConfigurationRequest { bucket, expected_bucket_owner } = input;
    let found = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    let text = "The lifecycle configuration does not exist";
    let none = || errors::none_here("NoSuchLifecycleConfiguration", text, &bucket);
    let configuration = documents::of::<BucketLifecycleConfiguration>(view, &found, Kind::Lifecycle)?;
    Ok(GetBucketLifecycleConfigurationOutput {
        rules: Some(configuration.ok_or_else(none)?.rules),
        transition_default_minimum_object_size: Some(ANY_SIZE.to_owned()),
    })
}

/// Objects of any size are moved.
const ANY_SIZE: &str = "varies_by_storage_class";

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html>
pub fn put_bucket_lifecycle_configuration(
    cx: &mut Cx,
    input: PutBucketLifecycleConfigurationRequest,
) -> Result<PutBucketLifecycleConfigurationOutput> {
    let PutBucketLifecycleConfigurationRequest {
        bucket,
        checksum_algorithm: _, // stored only: the door has checked it
        lifecycle_configuration,
        expected_bucket_owner,
        transition_default_minimum_object_size,
    } = input;
    if transition_default_minimum_object_size.is_some_and(|size| size != ANY_SIZE) {
        return Err(errors::refuse("x-amz-transition-default-minimum-object-size"));
    }
    let found = Bucket::open(cx, &bucket, expected_bucket_owner.as_deref())?;
    let given = lifecycle_configuration.ok_or_else(errors::malformed_xml)?;
    let configuration = rules::checked(given, || cx.entropy().uuid())?;
    cx.in_scope(found.scope, |cx| documents::put(cx, &bucket, Kind::Lifecycle, &configuration))?;
    change(cx, (&bucket, None), |row| {
        row.has_lifecycle = true;
        Ok(())
    })?;
    cx.in_scope(found.scope, |cx| lifecycle::look_again(cx, &bucket))?;
    Ok(PutBucketLifecycleConfigurationOutput { transition_default_minimum_object_size: Some(ANY_SIZE.to_owned()) })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html>
pub fn delete_bucket_lifecycle(cx: &mut Cx, input: DeleteBucketLifecycleRequest) -> Result<Nothing> {
    let DeleteBucketLifecycleRequest { bucket, expected_bucket_owner } = input;
    let found = Bucket::open(cx, &bucket, expected_bucket_owner.as_deref())?;
    cx.in_scope(found.scope, |cx| documents::delete(cx, &bucket, Kind::Lifecycle))?;
    change(cx, (&bucket, None), |row| {
        row.has_lifecycle = false;
        Ok(())
    })
}
