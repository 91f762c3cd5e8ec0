//! The tags of shares.

use crate::api::{TagResourceRequest, TagResourceResponse, UntagResourceRequest, UntagResourceResponse};
use crate::{errors, share, tags};
use service::{Cx, Result};

/// The share that one of two members names.
fn named(share: Option<String>, resource: Option<String>) -> Result<String> {
    share.or(resource).ok_or_else(|| errors::invalid_parameter("Specify a resource share's ARN and try again."))
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_TagResource.html>
pub fn tag_resource(cx: &mut Cx, input: TagResourceRequest) -> Result<TagResourceResponse> {
    let TagResourceRequest { resource_share_arn, tags: more, resource_arn } = input;
    let mut row = share::live(cx, &named(resource_share_arn, resource_arn)?)?;
    tags::add(cx, &mut row.tags, more)?;
    share::save(cx, &mut row)?;
    Ok(TagResourceResponse {})
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_UntagResource.html>
pub fn untag_resource(cx: &mut Cx, input: UntagResourceRequest) -> Result<UntagResourceResponse> {
    let UntagResourceRequest { resource_share_arn, tag_keys, resource_arn } = input;
    let mut row = share::live(cx, &named(resource_share_arn, resource_arn)?)?;
    row.tags.retain(|key, _| !tag_keys.contains(key));
    share::save(cx, &mut row)?;
    Ok(UntagResourceResponse {})
}
