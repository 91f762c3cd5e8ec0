//! The tags of keys.

use crate::api::*;
use crate::names::{self, Forms};
use crate::{paging, tags};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html>
pub fn tag_resource(cx: &mut Cx, input: TagResourceRequest) -> Result<Nothing> {
    let TagResourceRequest { key_id, tags } = input;
    let mut key = names::key(cx, &key_id, Forms::Keys)?;
    key.check_not_pending_deletion()?;
    key.row.tags.extend(tags::read(cx, tags)?);
    tags::check_count(&key.row.tags)?;
    key.save(cx)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_UntagResource.html>
pub fn untag_resource(cx: &mut Cx, input: UntagResourceRequest) -> Result<Nothing> {
    let UntagResourceRequest { key_id, tag_keys } = input;
    let mut key = names::key(cx, &key_id, Forms::Keys)?;
    key.check_not_pending_deletion()?;
    key.row.tags.retain(|name, _| !tag_keys.contains(name));
    key.save(cx)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html>
pub fn list_resource_tags(view: &View, input: ListResourceTagsRequest) -> Result<ListResourceTagsResponse> {
    let ListResourceTagsRequest { key_id, limit, marker } = input;
    let page = paging::page(limit, marker.as_deref(), paging::SHORT)?;
    let key = names::key(view, &key_id, Forms::Keys)?;
    let mut all = tags::show(key.row.tags);
    all.sort_by(|a, b| a.tag_key.cmp(&b.tag_key));
    let (shown, next) = paging::cut(all, &page, |tag| tag.tag_key.clone());
    Ok(ListResourceTagsResponse {
        tags: Some(shown),
        truncated: Some(next.is_some()),
        next_marker: next.map(|token| token.encode()),
    })
}
