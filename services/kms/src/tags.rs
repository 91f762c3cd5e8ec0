//! The rules of tags.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html>

use crate::api::Tag;
use crate::errors;
use service::{IndexMap, Result, TagRules, View};

const MOST: usize = 50;

const RULES: TagRules = TagRules { most: MOST, invalid: errors::tag, too_many: |_| errors::tag("Too many tags") };

/// The tags of a request, checked.
pub fn read(view: &View, tags: Vec<Tag>) -> Result<IndexMap<String, String>> {
    let own = |tag: &&Tag| !view.request().owns_tag(&tag.tag_key);
    if tags.iter().filter(own).any(|tag| tag.tag_key.to_ascii_lowercase().starts_with("aws:")) {
        return Err(errors::tag("Tags beginning with aws: are reserved"));
    }
    RULES.check_from(view.request(), tags.iter().map(|tag| (tag.tag_key.as_str(), tag.tag_value.as_str())))?;
    let count = tags.len();
    let read: IndexMap<String, String> = tags.into_iter().map(|tag| (tag.tag_key, tag.tag_value)).collect();
    if read.len() < count {
        return Err(errors::tag("Duplicate tag keys"));
    }
    check_count(&read)?;
    Ok(read)
}

/// Fails if a key would have too many.
pub fn check_count(tags: &IndexMap<String, String>) -> Result<()> {
    RULES.check_count(tags.len())
}

/// Tags as answers show them.
pub fn show(tags: IndexMap<String, String>) -> Vec<Tag> {
    tags.into_iter().map(|(tag_key, tag_value)| Tag { tag_key, tag_value }).collect()
}
