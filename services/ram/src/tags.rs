//! The rules of tags.
//! <https://docs.aws.amazon.com/ram/latest/userguide/working-with-tags.html>

use crate::api::Tag;
use crate::errors;
use service::{IndexMap, Result, TagRules, View};

const RULES: TagRules =
    TagRules { most: 50, invalid: |text| errors::invalid_parameter(text), too_many: |_| errors::too_many_tags() };

/// Adds tags to what there is.
pub fn add(view: &View, all: &mut IndexMap<String, String>, tags: Vec<Tag>) -> Result<()> {
    let tags: Vec<(String, String)> =
        tags.into_iter().map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default())).collect();
    RULES.check_from(view.request(), tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))?;
    all.extend(tags);
    RULES.check_count(all.len())
}

/// Tags as the API shows them.
pub fn shown(tags: &IndexMap<String, String>) -> Option<Vec<Tag>> {
    let all: Vec<Tag> =
        tags.iter().map(|(key, value)| Tag { key: Some(key.clone()), value: Some(value.clone()) }).collect();
    Some(all).filter(|all| !all.is_empty())
}

/// Tags as checks take them.
pub fn pairs(tags: &[Tag]) -> impl Iterator<Item = (&str, &str)> {
    tags.iter().map(|tag| (tag.key.as_deref().unwrap_or_default(), tag.value.as_deref().unwrap_or_default()))
}
