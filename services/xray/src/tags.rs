//! The tags of groups and sampling rules.

use crate::api::Tag;
use crate::errors;
use service::{IndexMap, RequestInfo, Result, TagRules};

const RULES: TagRules =
    TagRules { most: 50, invalid: |text| errors::invalid(text), too_many: |_| errors::too_many_tags("") };

/// The tags of a request, checked.
pub fn checked(request: &RequestInfo, tags: Option<Vec<Tag>>) -> Result<IndexMap<String, String>> {
    let tags: IndexMap<String, String> = tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect();
    RULES.check_from(request, tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))?;
    RULES.check_count(tags.len())?;
    Ok(tags)
}

/// Adds tags to those that are there.
pub fn add(request: &RequestInfo, to: &mut IndexMap<String, String>, tags: Vec<Tag>, arn: &str) -> Result<()> {
    to.extend(checked(request, Some(tags))?);
    RULES.check_count(to.len()).map_err(|_| errors::too_many_tags(arn))
}

/// Tags as they are shown.
pub fn shown(tags: &IndexMap<String, String>) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect()
}
