//! The tags of shares and permissions.

use crate::api::{TagResourceRequest, TagResourceResponse, UntagResourceRequest, UntagResourceResponse};
use crate::{errors, permission, share, tags};
use service::{Cx, Result};

/// What one of two members names.
fn named(share: Option<String>, resource: Option<String>) -> Result<String> {
    share
        .or(resource)
        .ok_or_else(|| errors::invalid_parameter("Specify the ARN of a resource share or a permission and try again."))
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_TagResource.html>
pub fn tag_resource(cx: &mut Cx, input: TagResourceRequest) -> Result<TagResourceResponse> {
    let TagResourceRequest { resource_share_arn, tags: more, resource_arn } = input;
    let arn = named(resource_share_arn, resource_arn)?;
    if permission::is_arn(&arn) {
        let (_, mut row) = permission::find_own(cx, &arn)?;
        tags::add(cx, &mut row.tags, more)?;
        permission::save(cx, &mut row)?;
        return Ok(TagResourceResponse {});
    }
    let mut row = share::live(cx, &arn)?;
    tags::add(cx, &mut row.tags, more)?;
    share::save(cx, &mut row)?;
    Ok(TagResourceResponse {})
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_UntagResource.html>
pub fn untag_resource(cx: &mut Cx, input: UntagResourceRequest) -> Result<UntagResourceResponse> {
    let UntagResourceRequest { resource_share_arn, tag_keys, resource_arn } = input;
    let arn = named(resource_share_arn, resource_arn)?;
    if permission::is_arn(&arn) {
        let (_, mut row) = permission::find_own(cx, &arn)?;
        row.tags.retain(|key, _| !tag_keys.contains(key));
        permission::save(cx, &mut row)?;
        return Ok(UntagResourceResponse {});
    }
    let mut row = share::live(cx, &arn)?;
    row.tags.retain(|key, _| !tag_keys.contains(key));
    share::save(cx, &mut row)?;
    Ok(UntagResourceResponse {})
}
