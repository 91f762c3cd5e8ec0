//! The tags of log groups.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html#log-group-tagging>

use crate::errors;
use service::{Error, IndexMap, Result, TagRules, View};

const RULES: TagRules = TagRules {
    most: 50,
    invalid: |text| errors::invalid(text),
    too_many: |_| Error::new("TooManyTagsException", "A resource can have no more than 50 tags."),
};

/// Adds tags to those that are there.
///
/// # Errors
/// `InvalidParameterException`, and `TooManyTagsException` where there would be more than 50.
pub fn add(view: &View, to: &mut IndexMap<String, String>, tags: IndexMap<String, String>) -> Result<()> {
    RULES.check_from(view.request(), tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))?;
    to.extend(tags);
    RULES.check_count(to.len())
}
