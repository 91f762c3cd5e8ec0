//! The tags of machines and activities.

use crate::api::Tag;
use crate::errors;
use service::{IndexMap, Result, TagRules, View};

const RULES: TagRules = TagRules {
    most: 50,
    invalid: |text| errors::validation(text, "INVALID_TAG"),
    too_many: |_| errors::too_many_tags(""),
};

/// The tags of a request, checked.
pub fn checked(view: &View, tags: Option<Vec<Tag>>) -> Result<IndexMap<String, String>> {
    let tags = tags.unwrap_or_default().into_iter();
    let tags: IndexMap<String, String> =
        tags.map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default())).collect();
    RULES.check_from(view.request(), tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))?;
    RULES.check_count(tags.len())?;
    Ok(tags)
}

/// Adds tags to those that are there.
pub fn add(view: &View, to: &mut IndexMap<String, String>, tags: Vec<Tag>, arn: &str) -> Result<()> {
    to.extend(checked(view, Some(tags))?);
    RULES.check_count(to.len()).map_err(|_| errors::too_many_tags(arn))
}

/// Tags as they are shown.
pub fn shown(tags: &IndexMap<String, String>) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag { key: Some(key.clone()), value: Some(value.clone()) }).collect()
}
