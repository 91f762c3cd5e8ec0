//! The rules of tags.
//! <https://docs.aws.amazon.com/singlesignon/latest/userguide/tagging.html>

use crate::api::Tag;
use crate::errors;
use service::{IndexMap, Result, TagRules, View};

const RULES: TagRules = TagRules {
    most: 50,
    invalid: |text| errors::validation(text),
    too_many: |_| errors::quota("A resource can have at most 50 tags."),
};

/// Tags that are given to something new.
pub fn given(view: &View, tags: Option<Vec<Tag>>) -> Result<IndexMap<String, String>> {
    let mut all = IndexMap::new();
    add(view, &mut all, tags.unwrap_or_default())?;
    Ok(all)
}

/// Adds tags to what there is.
pub fn add(view: &View, all: &mut IndexMap<String, String>, tags: Vec<Tag>) -> Result<()> {
    RULES.check_from(view.request(), tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())))?;
    all.extend(tags.into_iter().map(|tag| (tag.key, tag.value)));
    RULES.check_count(all.len())
}

/// Tags as the API shows them.
pub fn shown(tags: &IndexMap<String, String>) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect()
}

/// Tags as checks take them.
pub fn pairs(tags: &Option<Vec<Tag>>) -> impl Iterator<Item = (&str, &str)> {
    tags.iter().flatten().map(|tag| (tag.key.as_str(), tag.value.as_str()))
}
