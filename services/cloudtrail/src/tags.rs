//! The tags of trails.

use crate::api::Tag;
use crate::errors;
use service::{IndexMap, RequestInfo, Result, TagRules};

const RULES: TagRules =
    TagRules { most: 50, invalid: |text| errors::tag_parameter(text), too_many: |_| errors::too_many_tags() };

/// Adds tags to those that are there.
///
/// # Errors
/// `InvalidTagParameterException`, and `TagsLimitExceededException` where there would be more than 50.
pub fn add(request: &RequestInfo, to: &mut IndexMap<String, String>, tags: Vec<Tag>) -> Result<()> {
    let pairs = || tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_deref().unwrap_or_default()));
    RULES.check_from(request, pairs())?;
    for (at, (key, _)) in pairs().enumerate() {
        if pairs().take(at).any(|(before, _)| before == key) {
            return Err(errors::tag_parameter(format!("The tag key '{key}' is given more than once.")));
        }
    }
    to.extend(tags.into_iter().map(|Tag { key, value }| (key, value.unwrap_or_default())));
    RULES.check_count(to.len())
}

/// Tags as answers have them.
pub fn told(tags: IndexMap<String, String>) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag { key, value: Some(value) }).collect()
}
