//! The tags of topics.

use crate::address::TopicAddress;
use crate::api::*;
use crate::state::{self, TOPICS};
use crate::{errors, tags};
use service::{Cx, Result, View};

fn topic(view: &View, arn: &str) -> Result<state::Topic> {
    let address = TopicAddress::of(view, arn).map_err(|_| errors::invalid("ResourceArn"))?;
    address.find(view)?.ok_or_else(errors::resource_not_found)
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_TagResource.html>
pub fn tag_resource(cx: &mut Cx, input: TagResourceRequest) -> Result<TagResourceResponse> {
    let TagResourceRequest { resource_arn, tags } = input;
    let mut topic = topic(cx, &resource_arn)?;
    tags::add(cx, &mut topic.tags, tags)?;
    cx.put(&TOPICS, topic.name.as_str(), &topic)?;
    Ok(TagResourceResponse {})
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_UntagResource.html>
pub fn untag_resource(cx: &mut Cx, input: UntagResourceRequest) -> Result<UntagResourceResponse> {
    let UntagResourceRequest { resource_arn, tag_keys } = input;
    let mut topic = topic(cx, &resource_arn)?;
    topic.tags.retain(|key, _| !tag_keys.contains(key));
    cx.put(&TOPICS, topic.name.as_str(), &topic)?;
    Ok(UntagResourceResponse {})
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_ListTagsForResource.html>
pub fn list_tags_for_resource(view: &View, input: ListTagsForResourceRequest) -> Result<ListTagsForResourceResponse> {
    let ListTagsForResourceRequest { resource_arn } = input;
    let tags = topic(view, &resource_arn)?.tags;
    Ok(ListTagsForResourceResponse { tags: Some(tags.into_iter().map(|(key, value)| Tag { key, value }).collect()) })
}
