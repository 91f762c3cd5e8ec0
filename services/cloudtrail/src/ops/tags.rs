//! The tags of trails.

use crate::api::*;
use crate::names::Named;
use crate::state::{TRAILS, TrailRow};
use crate::{address, errors, tags};
use service::{Cx, Result, View};

/// Trails that ListTags is asked of at once.
const MOST_ASKED: usize = 20;

/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AddTags.html>
pub fn add_tags(cx: &mut Cx, input: AddTagsRequest) -> Result<AddTagsResponse> {
    let AddTagsRequest { resource_id, tags_list } = input;
    let mut trail = own(cx, &resource_id)?;
    tags::add(cx.request(), &mut trail.tags, tags_list)?;
    cx.put(&TRAILS, &address::key(&trail), &trail)?;
    Ok(AddTagsResponse {})
}

/// Values are not looked at.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RemoveTags.html>
pub fn remove_tags(cx: &mut Cx, input: RemoveTagsRequest) -> Result<RemoveTagsResponse> {
    let RemoveTagsRequest { resource_id, tags_list } = input;
    let mut trail = own(cx, &resource_id)?;
    trail.tags.retain(|key, _| !tags_list.iter().any(|tag| tag.key == *key));
    cx.put(&TRAILS, &address::key(&trail), &trail)?;
    Ok(RemoveTagsResponse {})
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTags.html>
pub fn list_tags(view: &View, input: ListTagsRequest) -> Result<ListTagsResponse> {
    let ListTagsRequest { resource_id_list, next_token } = input;
    // All tags of twenty trails fit into one page, so that no answer has a token.
    if next_token.is_some() || resource_id_list.len() > MOST_ASKED {
        return Err(errors::token());
    }
    let told = |id: String| {
        let trail = tagged(view, &id)?;
        Ok(ResourceTag { resource_id: Some(id), tags_list: Some(tags::told(trail.tags)) })
    };
    let all = resource_id_list.into_iter().map(told).collect::<Result<_>>()?;
    Ok(ListTagsResponse { resource_tag_list: Some(all), next_token: None })
}

/// A trail that is to be tagged: one that is at home here.
fn own(view: &View, id: &str) -> Result<TrailRow> {
    let trail = tagged(view, id)?;
    if trail.home_region == view.region().as_str() { Ok(trail) } else { Err(errors::no_such_resource(id)) }
}

/// The trail that an ARN names: tags take no names.
fn tagged(view: &View, id: &str) -> Result<TrailRow> {
    if !Named::read(view, id).is_ok_and(|named| named.by_arn) {
        return Err(errors::invalid_arn(id));
    }
    let found = address::find(view, id);
    found.map_err(|error| if error.code() == "TrailNotFoundException" { errors::no_such_resource(id) } else { error })
}
