//! The rules of tags.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging.html>

use crate::errors;
use service::{IndexMap, Result, TagRules, View};

const RULES: TagRules = TagRules {
    most: 50,
    invalid: |text| errors::invalid_tag(text),
    too_many: |_| errors::invalid_tag("A resource can have at most 50 tags."),
};

/// Checks tags that a request gives a resource, which had none or has others beside.
pub fn check(view: &View, tags: &IndexMap<String, String>) -> Result<()> {
    RULES.check_from(view.request(), tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))?;
    check_count(tags)
}

/// Checks how many tags a resource would have.
pub fn check_count(tags: &IndexMap<String, String>) -> Result<()> {
    RULES.check_count(tags.len())
}
