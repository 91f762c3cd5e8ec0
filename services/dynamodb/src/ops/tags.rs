//! The tags of tables.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html>

use crate::address::scope_of;
use crate::api::*;
use crate::errors;
use crate::state::{RIGHTS, Rights};
use service::{Cx, IndexMap, Nothing, Result, TagRules, Token, View};
use std::collections::BTreeSet;

const MOST_TAGS: usize = 50;
/// Tags that one page of ListTagsOfResource shows.
const PAGE: usize = 10;

const RULES: TagRules = TagRules {
    most: MOST_TAGS,
    invalid: |text| errors::invalid(text),
    too_many: |_| errors::validation("One or more parameter values were invalid: Too many tags: the limit is 50"),
};

/// The tags of a request, checked.
pub(super) fn of(view: &View, tags: Vec<Tag>) -> Result<IndexMap<String, String>> {
    RULES.check_from(view.request(), tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())))?;
    let keys: BTreeSet<&str> = tags.iter().map(|tag| tag.key.as_str()).collect();
    if keys.len() < tags.len() {
        return Err(errors::invalid("Duplicate tag keys found"));
    }
    RULES.check_count(tags.len())?;
    Ok(tags.into_iter().map(|Tag { key, value }| (key, value)).collect())
}

/// Whose a resource is, its name, and what decides about access to it.
pub(super) fn resource(view: &View, arn: &str) -> Result<(service::Scope, String, Rights)> {
    let (scope, name) = scope_of(arn)
        .ok_or_else(|| errors::validation(format!("Invalid TableArn: Invalid ResourceArn provided as input {arn}")))?;
    let rights = if scope.region == view.region() { view.get_in(scope, &RIGHTS, name.as_str())? } else { None };
    let rights = rights.ok_or_else(|| {
        errors::resource_not_found(format!("Requested resource not found: ResourcArn: {arn} not found"))
    })?;
    Ok((scope, name, rights))
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html>
pub fn tag_resource(cx: &mut Cx, input: TagResourceInput) -> Result<Nothing> {
    let TagResourceInput { resource_arn, tags } = input;
    let (scope, name, mut rights) = resource(cx, &resource_arn)?;
    rights.tags.extend(of(cx, tags)?);
    RULES.check_count(rights.tags.len())?;
    cx.in_scope(scope, |cx| cx.put(&RIGHTS, name.as_str(), &rights))?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UntagResource.html>
pub fn untag_resource(cx: &mut Cx, input: UntagResourceInput) -> Result<Nothing> {
    let UntagResourceInput { resource_arn, tag_keys } = input;
    let (scope, name, mut rights) = resource(cx, &resource_arn)?;
    rights.tags.retain(|key, _| !tag_keys.contains(key));
    cx.in_scope(scope, |cx| cx.put(&RIGHTS, name.as_str(), &rights))?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html>
pub fn list_tags_of_resource(view: &View, input: ListTagsOfResourceInput) -> Result<ListTagsOfResourceOutput> {
    let ListTagsOfResourceInput { resource_arn, next_token } = input;
    let (_, _, rights) = resource(view, &resource_arn)?;
    let invalid = || errors::validation("Invalid NextToken");
    let after = next_token.map(|text| Token::decode(&text).ok_or_else(invalid)).transpose()?;
    let at = after.as_ref().and_then(|token| token.as_bytes().first_chunk::<8>().map(|b| u64::from_be_bytes(*b)));
    let skip = usize::try_from(at.unwrap_or_default()).unwrap_or(usize::MAX);
    let left = rights.tags.len().saturating_sub(skip);
    let tags = rights.tags.into_iter().skip(skip).take(PAGE).map(|(key, value)| Tag { key, value });
    let next = (left > PAGE).then(|| Token::of(((skip + PAGE) as u64).to_be_bytes()).encode());
    Ok(ListTagsOfResourceOutput { tags: Some(tags.collect()), next_token: next })
}
