//! The rules of a pool's tags.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/tagging.html>

use crate::errors;
use service::{IndexMap, Result, TagRules, View};

const RULES: TagRules = TagRules {
    most: 50,
    invalid: |text| errors::tagging(text),
    too_many: |_| errors::tagging("A user pool can have at most 50 tags."),
};

/// Checks tags that are to be set.
pub fn check(view: &View, tags: &IndexMap<String, String>) -> Result<()> {
    RULES.check_from(view.request(), tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))
}

/// Checks how many there would be.
pub fn check_count(tags: &IndexMap<String, String>) -> Result<()> {
    RULES.check_count(tags.len())
}
