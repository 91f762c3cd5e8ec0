//! The tags of log groups, by either of their two interfaces.

use crate::address::{group, tagged};
use crate::api::*;
use crate::state::{GROUPS, Group};
use crate::tags;
use service::{Cx, Error, IndexMap, Nothing, Result, View};

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html>
pub fn tag_resource(cx: &mut Cx, input: TagResourceRequest) -> Result<Nothing> {
    let TagResourceRequest { resource_arn, tags } = input;
    let group = by_arn(cx, &resource_arn)?;
    add(cx, group, tags)
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html>
pub fn untag_resource(cx: &mut Cx, input: UntagResourceRequest) -> Result<Nothing> {
    let UntagResourceRequest { resource_arn, tag_keys } = input;
    let group = by_arn(cx, &resource_arn)?;
    remove(cx, group, &tag_keys)
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html>
pub fn list_tags_for_resource(view: &View, input: ListTagsForResourceRequest) -> Result<ListTagsForResourceResponse> {
    let ListTagsForResourceRequest { resource_arn } = input;
    Ok(ListTagsForResourceResponse { tags: Some(by_arn(view, &resource_arn)?.tags) })
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagLogGroup.html>
pub fn tag_log_group(cx: &mut Cx, input: TagLogGroupRequest) -> Result<Nothing> {
    let TagLogGroupRequest { log_group_name, tags } = input;
    let group = group(cx, &log_group_name)?;
    add(cx, group, tags)
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagLogGroup.html>
pub fn untag_log_group(cx: &mut Cx, input: UntagLogGroupRequest) -> Result<Nothing> {
    let UntagLogGroupRequest { log_group_name, tags } = input;
    let group = group(cx, &log_group_name)?;
    remove(cx, group, &tags)
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsLogGroup.html>
pub fn list_tags_log_group(view: &View, input: ListTagsLogGroupRequest) -> Result<ListTagsLogGroupResponse> {
    let ListTagsLogGroupRequest { log_group_name } = input;
    Ok(ListTagsLogGroupResponse { tags: Some(group(view, &log_group_name)?.tags) })
}

fn by_arn(view: &View, arn: &str) -> Result<Group> {
    let unknown = || {
        let text = format!("The specified resource '{arn}' does not exist.");
        Error::new("ResourceNotFoundException", text)
    };
    view.get(&GROUPS, tagged(view, arn)?)?.ok_or_else(unknown)
}

fn add(cx: &mut Cx, mut group: Group, tags: IndexMap<String, String>) -> Result<Nothing> {
    tags::add(cx, &mut group.tags, tags)?;
    cx.put(&GROUPS, group.name.as_str(), &group)?;
    Ok(Nothing {})
}

fn remove(cx: &mut Cx, mut group: Group, keys: &[String]) -> Result<Nothing> {
    group.tags.retain(|key, _| !keys.contains(key));
    cx.put(&GROUPS, group.name.as_str(), &group)?;
    Ok(Nothing {})
}
