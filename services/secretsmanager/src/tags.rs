//! The tags of secrets.

use crate::api::Tag;
use crate::errors;
use service::{IndexMap, Result, TagRules, View};

const RULES: TagRules = TagRules {
    most: 50,
    invalid: |text| errors::invalid(text),
    too_many: |_| errors::invalid("Number of tags per resource exceeds the limit of 50"),
};

/// Adds tags to those that are there.
pub fn add(view: &View, to: &mut IndexMap<String, String>, tags: Vec<Tag>) -> Result<()> {
    let text = |text: Option<String>| text.unwrap_or_default();
    let tags: IndexMap<String, String> = tags.into_iter().map(|tag| (text(tag.key), text(tag.value))).collect();
    RULES.check_from(view.request(), tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))?;
    to.extend(tags);
    RULES.check_count(to.len())
}

/// Tags as they are shown.
pub fn shown(tags: &IndexMap<String, String>) -> Option<Vec<Tag>> {
    let tags: Vec<Tag> =
        tags.iter().map(|(key, value)| Tag { key: Some(key.clone()), value: Some(value.clone()) }).collect();
    Some(tags).filter(|tags| !tags.is_empty())
}
