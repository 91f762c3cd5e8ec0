//! Tags of roots, OUs, accounts and policies.
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_tagging.html>

use crate::api::Tag;
use crate::errors;
use service::{IndexMap, Result, TagRules, View};

const RULES: TagRules = TagRules {
    most: 50,
    invalid: |text| match text.contains("reserved") {
        true => errors::invalid("INVALID_SYSTEM_TAGS_PARAMETER"),
        false => errors::invalid("INVALID_PATTERN"),
    },
    too_many: |_| errors::constraint("MAX_TAG_LIMIT_EXCEEDED"),
};

/// Adds tags to those that are there.
pub fn add(view: &View, to: &mut IndexMap<String, String>, tags: Vec<Tag>) -> Result<()> {
    let mut new: IndexMap<String, String> = IndexMap::new();
    for Tag { key, value } in tags {
        if new.insert(key, value).is_some() {
            return Err(errors::invalid("DUPLICATE_TAG_KEY"));
        }
    }
    RULES.check_from(view.request(), new.iter().map(|(key, value)| (key.as_str(), value.as_str())))?;
    to.extend(new);
    RULES.check_count(to.len())
}

/// The tags of something new.
pub fn first(view: &View, tags: Option<Vec<Tag>>) -> Result<IndexMap<String, String>> {
    let mut all = IndexMap::new();
    add(view, &mut all, tags.unwrap_or_default())?;
    Ok(all)
}

/// Tags as pairs.
pub fn pairs(tags: Option<&[Tag]>) -> impl Iterator<Item = (&str, &str)> {
    tags.into_iter().flatten().map(|tag| (tag.key.as_str(), tag.value.as_str()))
}
