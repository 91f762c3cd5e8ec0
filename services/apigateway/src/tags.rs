//! The rules of tags.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging.html>

use crate::errors;
use service::{IndexMap, Result, TagRules};

const RULES: TagRules = TagRules {
    most: 50,
    invalid: |text| errors::invalid_tag(text),
    too_many: |_| errors::invalid_tag("A resource can have at most 50 tags."),
};

/// Checks tags that a resource is to have.
pub fn check(tags: &IndexMap<String, String>) -> Result<()> {
    RULES.check(tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))?;
    RULES.check_count(tags.len())
}
