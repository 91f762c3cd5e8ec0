//! The tags of what has an ARN.

use service::resource::{Hand, TagChange, tag_map};
use service::{Result, Value};

/// Turns the tags of one template into those of another.
pub fn retag(hand: &mut Hand, arn: &str, (old, new): (&Value, &Value)) -> Result<()> {
    let change = TagChange::between(old.get("Tags"), new.get("Tags"));
    if !change.set.is_empty() {
        hand.call("TagResource", Value::map([("Resource", arn.into()), ("Tags", tag_map(&change.set))]))?;
    }
    if !change.unset.is_empty() {
        hand.call("UntagResource", Value::map([("Resource", arn.into()), ("TagKeys", change.unset_list())]))?;
    }
    Ok(())
}
