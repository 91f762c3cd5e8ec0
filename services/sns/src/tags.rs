//! The tags of topics.
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-tags.html>

use crate::api::Tag;
use crate::errors;
use service::{Error, IndexMap, Result, TagRules, View};

const RULES: TagRules = TagRules {
    most: 50,
    invalid: |text| errors::invalid(format_args!("Tags Reason: {text}")),
    too_many: |_| {
        Error::new("TagLimitExceededException", "Could not complete request: tag quota of per resource exceeded")
    },
};

/// The tags of a request, checked.
pub fn checked(view: &View, tags: Vec<Tag>) -> Result<IndexMap<String, String>> {
    RULES.check_from(view.request(), tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())))?;
    let count = tags.len();
    let tags: IndexMap<String, String> = tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    if tags.len() < count {
        return Err(errors::invalid("Duplicated keys are not allowed."));
    }
    RULES.check_count(tags.len())?;
    Ok(tags)
}

/// Adds tags to those that are there.
pub fn add(view: &View, to: &mut IndexMap<String, String>, tags: Vec<Tag>) -> Result<()> {
    to.extend(checked(view, tags)?);
    RULES.check_count(to.len())
}
