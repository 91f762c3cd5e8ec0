//! The tags of machines and activities.

use service::resource::{Hand, TagChange, tag_list, tags, with_small_names};
use service::{Result, Value};

/// Tags as operations take them.
pub fn members(wanted: &Value) -> Value {
    with_small_names(&tag_list(&tags(wanted.get("Tags"))))
}

/// Turns the tags of one template into those of another.
pub fn retag(hand: &mut Hand, arn: &str, (old, new): (&Value, &Value)) -> Result<()> {
    let change = TagChange::between(old.get("Tags"), new.get("Tags"));
    if !change.set.is_empty() {
        let set = with_small_names(&tag_list(&change.set));
        hand.call("TagResource", Value::map([("resourceArn", arn.into()), ("tags", set)]))?;
    }
    if !change.unset.is_empty() {
        hand.call("UntagResource", Value::map([("resourceArn", arn.into()), ("tagKeys", change.unset_list())]))?;
    }
    Ok(())
}

/// The tags that there are, as properties have them.
pub fn seen(hand: &mut Hand, arn: &str) -> Result<Value> {
    let answer = hand.look("ListTagsForResource", Value::map([("resourceArn", arn.into())]))?;
    let all = answer.get("tags").map(service::resource::with_capital_names);
    Ok(tag_list(&tags(all.as_ref())))
}
