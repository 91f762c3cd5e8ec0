//! The tags of parameters.

use crate::api::Tag;
use crate::errors;
use service::{Error, IndexMap, Result, TagRules, View};

const RULES: TagRules = TagRules {
    most: 50,
    invalid: |text| errors::validation(text),
    too_many: |_| Error::new("TooManyTagsError", "The number of tags exceeds the limit of 50."),
};

/// Adds tags to those that are there.
pub fn add(view: &View, to: &mut IndexMap<String, String>, tags: Vec<Tag>) -> Result<()> {
    RULES.check_from(view.request(), tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())))?;
    to.extend(tags.into_iter().map(|tag| (tag.key, tag.value)));
    RULES.check_count(to.len())
}

/// Tags as they are shown.
pub fn shown(tags: &IndexMap<String, String>) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect()
}
