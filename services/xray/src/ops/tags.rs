//! Tags of groups and sampling rules.

use crate::api::*;
use crate::state::{GROUPS, Group, RULES, Rule};
use crate::{errors, ops, paging, sampling, tags};
use service::{Cx, IndexMap, Result, View};

/// What can have tags.
pub(crate) enum Tagged {
    /// A group.
    Group(Group),
    /// A sampling rule.
    Rule(Box<Rule>),
}

impl Tagged {
    /// The group or rule of one's own that an ARN names.
    ///
    /// # Errors
    /// `ResourceNotFoundException`
    pub(crate) fn find(view: &View, arn: &str) -> Result<Tagged> {
        let found = if arn.contains(":group/") {
            ops::groups::look(view, None, Some(arn))?.map(Tagged::Group)
        } else {
            let name = ops::sampling::named(view, None, Some(arn));
            let rule = name.map(|name| sampling::find(view, &name)).transpose()?.flatten();
            rule.map(|rule| Tagged::Rule(Box::new(rule)))
        };
        found.ok_or_else(|| errors::not_found(arn))
    }

    pub(crate) fn tags(&self) -> &IndexMap<String, String> {
        match self {
            Tagged::Group(group) => &group.tags,
            Tagged::Rule(rule) => &rule.tags,
        }
    }

    fn tags_mut(&mut self) -> &mut IndexMap<String, String> {
        match self {
            Tagged::Group(group) => &mut group.tags,
            Tagged::Rule(rule) => &mut rule.tags,
        }
    }

    fn put(self, cx: &mut Cx) -> Result<()> {
        match self {
            Tagged::Group(group) => cx.put(&GROUPS, group.name.as_str(), &group),
            Tagged::Rule(rule) => cx.put(&RULES, rule.name.as_str(), &rule),
        }
    }
}

/// <https://docs.aws.amazon.com/xray/latest/api/API_TagResource.html>
pub fn tag_resource(cx: &mut Cx, input: TagResourceRequest) -> Result<TagResourceResponse> {
    let TagResourceRequest { resource_arn, tags } = input;
    let mut found = Tagged::find(cx, &resource_arn)?;
    tags::add(cx.request(), found.tags_mut(), tags, &resource_arn)?;
    found.put(cx)?;
    Ok(TagResourceResponse {})
}

/// <https://docs.aws.amazon.com/xray/latest/api/API_UntagResource.html>
pub fn untag_resource(cx: &mut Cx, input: UntagResourceRequest) -> Result<UntagResourceResponse> {
    let UntagResourceRequest { resource_arn, tag_keys } = input;
    let mut found = Tagged::find(cx, &resource_arn)?;
    found.tags_mut().retain(|key, _| !tag_keys.contains(key));
    found.put(cx)?;
    Ok(UntagResourceResponse {})
}

/// <https://docs.aws.amazon.com/xray/latest/api/API_ListTagsForResource.html>
pub fn list_tags_for_resource(view: &View, input: ListTagsForResourceRequest) -> Result<ListTagsForResourceResponse> {
    let ListTagsForResourceRequest { resource_arn, next_token } = input;
    let found = Tagged::find(view, &resource_arn)?;
    let (tags, next_token) = paging::part(tags::shown(found.tags()), next_token, 50)?;
    Ok(ListTagsForResourceResponse { tags: Some(tags), next_token })
}
