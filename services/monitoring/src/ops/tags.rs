//! The tags of alarms and dashboards.

use crate::api::*;
use crate::state::{ALARMS, DASHBOARDS};
use crate::{errors, tags};
use service::{ArnParts, Cx, Error, IndexMap, Result, View};

/// What can be tagged.
pub(crate) enum Tagged {
    Alarm(String),
    Dashboard(String),
}

/// What an ARN names.
pub(crate) fn tagged(view: &View, arn: &str) -> Result<Tagged> {
    let invalid = || errors::value(arn, "ResourceARN");
    let parts = ArnParts::parse(arn).map_err(|_| invalid())?;
    let own = parts.service == "cloudwatch" && parts.account == view.account().to_string();
    match (parts.resource.strip_prefix("alarm:"), parts.resource.strip_prefix("dashboard/")) {
        (Some(name), _) if own && parts.region == view.region().as_str() => Ok(Tagged::Alarm(name.to_owned())),
        (_, Some(name)) if own => Ok(Tagged::Dashboard(name.to_owned())),
        (None, None) if own => Err(errors::not_implemented("a tag on anything but alarms and dashboards")),
        _ => Err(invalid()),
    }
}

/// The tags of what an ARN names.
pub(crate) fn find(view: &View, what: &Tagged) -> Result<Option<IndexMap<String, String>>> {
    Ok(match what {
        Tagged::Alarm(name) => view.get(&ALARMS, name.as_str())?.map(|row| row.tags),
        Tagged::Dashboard(name) => view.get(&DASHBOARDS, name.as_str())?.map(|row| row.tags),
    })
}

fn unknown(arn: &str) -> Error {
    Error::new("ResourceNotFoundException", "Unknown").with("ResourceId", arn.to_owned())
}

type Tags = IndexMap<String, String>;

fn change(cx: &mut Cx, arn: &str, change: impl FnOnce(&View, &mut Tags) -> Result<()>) -> Result<()> {
    match tagged(cx, arn)? {
        Tagged::Alarm(name) => {
            let mut row = cx.get(&ALARMS, name.as_str())?.ok_or_else(|| unknown(arn))?;
            change(cx, &mut row.tags)?;
            cx.put(&ALARMS, name.as_str(), &row)
        }
        Tagged::Dashboard(name) => {
            let mut row = cx.get(&DASHBOARDS, name.as_str())?.ok_or_else(|| unknown(arn))?;
            change(cx, &mut row.tags)?;
            cx.put(&DASHBOARDS, name.as_str(), &row)
        }
    }
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html>
pub fn tag_resource(cx: &mut Cx, input: TagResourceInput) -> Result<TagResourceOutput> {
    let TagResourceInput { resource_arn, tags } = input;
    change(cx, &resource_arn, |view, had| tags::add(view.request(), had, tags))?;
    Ok(TagResourceOutput {})
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_UntagResource.html>
pub fn untag_resource(cx: &mut Cx, input: UntagResourceInput) -> Result<UntagResourceOutput> {
    let UntagResourceInput { resource_arn, tag_keys } = input;
    change(cx, &resource_arn, |_, had| {
        had.retain(|key, _| !tag_keys.contains(key));
        Ok(())
    })?;
    Ok(UntagResourceOutput {})
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListTagsForResource.html>
pub fn list_tags_for_resource(view: &View, input: ListTagsForResourceInput) -> Result<ListTagsForResourceOutput> {
    let ListTagsForResourceInput { resource_arn } = input;
    let tags = find(view, &tagged(view, &resource_arn)?)?.ok_or_else(|| unknown(&resource_arn))?;
    Ok(ListTagsForResourceOutput { tags: Some(tags.into_iter().map(|(key, value)| Tag { key, value }).collect()) })
}
