//! The tags of analyzers.

use crate::api::*;
use crate::state::ANALYZERS;
use crate::{names, tags};
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_TagResource.html>
pub fn tag_resource(cx: &mut Cx, input: TagResourceRequest) -> Result<TagResourceResponse> {
    let TagResourceRequest { resource_arn, tags } = input;
    let mut row = names::by_arn(cx, &resource_arn)?;
    tags::add(cx.request(), &mut row.tags, tags)?;
    let key = names::key(cx, &row.name);
    cx.put(&ANALYZERS, &key, &row)?;
    Ok(TagResourceResponse {})
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_UntagResource.html>
pub fn untag_resource(cx: &mut Cx, input: UntagResourceRequest) -> Result<UntagResourceResponse> {
    let UntagResourceRequest { resource_arn, tag_keys } = input;
    let mut row = names::by_arn(cx, &resource_arn)?;
    row.tags.retain(|key, _| !tag_keys.contains(key));
    let key = names::key(cx, &row.name);
    cx.put(&ANALYZERS, &key, &row)?;
    Ok(UntagResourceResponse {})
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListTagsForResource.html>
pub fn list_tags_for_resource(view: &View, input: ListTagsForResourceRequest) -> Result<ListTagsForResourceResponse> {
    let ListTagsForResourceRequest { resource_arn } = input;
    Ok(ListTagsForResourceResponse { tags: Some(names::by_arn(view, &resource_arn)?.tags) })
}
