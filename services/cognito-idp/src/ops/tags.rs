//! Tags of pools.

use crate::api::*;
use crate::pool::{self, Pool};
use crate::tags;
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_TagResource.html>
pub fn tag_resource(cx: &mut Cx, input: TagResourceRequest) -> Result<TagResourceResponse> {
    let TagResourceRequest { resource_arn, tags } = input;
    let mut pool = Pool::find(cx, &pool::id_of_arn(cx, &resource_arn)?)?;
    tags::check(cx, &tags)?;
    pool.row.tags.extend(tags);
    tags::check_count(&pool.row.tags)?;
    pool.save(cx)?;
    Ok(TagResourceResponse {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UntagResource.html>
pub fn untag_resource(cx: &mut Cx, input: UntagResourceRequest) -> Result<UntagResourceResponse> {
    let UntagResourceRequest { resource_arn, tag_keys } = input;
    let mut pool = Pool::find(cx, &pool::id_of_arn(cx, &resource_arn)?)?;
    pool.row.tags.retain(|key, _| !tag_keys.contains(key));
    pool.save(cx)?;
    Ok(UntagResourceResponse {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListTagsForResource.html>
pub fn list_tags_for_resource(view: &View, input: ListTagsForResourceRequest) -> Result<ListTagsForResourceResponse> {
    let ListTagsForResourceRequest { resource_arn } = input;
    let pool = Pool::find(view, &pool::id_of_arn(view, &resource_arn)?)?;
    Ok(ListTagsForResourceResponse { tags: Some(pool.row.tags) })
}
