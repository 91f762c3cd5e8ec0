//! The tags of alarms and dashboards.

use crate::api::Tag;
use crate::errors;
use service::{IndexMap, RequestInfo, Result, TagRules};

const RULES: TagRules = TagRules {
    most: 50,
    invalid: |text| errors::invalid(text),
    too_many: |_| errors::invalid("A resource can have no more than 50 tags."),
};

/// Adds tags to those that are there.
///
/// # Errors
/// `InvalidParameterValue`
pub fn add(request: &RequestInfo, to: &mut IndexMap<String, String>, tags: Vec<Tag>) -> Result<()> {
    RULES.check_from(request, tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())))?;
    to.extend(tags.into_iter().map(|tag| (tag.key, tag.value)));
    RULES.check_count(to.len())
}
