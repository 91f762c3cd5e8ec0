//! Resource types.

mod permission;
mod resource_share;

use service::resource::{Hand, ResourceType, TagChange};
use service::template::Schemas;
use service::{IndexMap, Result, Value};

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/RAM.json"));

/// All of them.
pub static TYPES: &[ResourceType] = &[permission::TYPE, resource_share::TYPE];

/// Tags as this API has them: small names.
fn tag_list(tags: &IndexMap<String, String>) -> Value {
    let tag = |(key, value): (&String, &String)| Value::map([("key", key.into()), ("value", value.into())]);
    Value::List(tags.iter().map(tag).collect())
}

/// The tags of what the API shows as the schemas have them; `None` where there are none.
fn shown_tags(shown: &Value) -> Option<Value> {
    let own = shown.get("tags").and_then(Value::as_list).filter(|own| !own.is_empty())?;
    let tag = |tag: &Value| {
        let part = |name: &str| tag.get(name).cloned().unwrap_or_default();
        Value::map([("Key", part("key")), ("Value", part("value"))])
    };
    Some(Value::List(own.iter().map(tag).collect()))
}

/// Sets and takes off tags of what a member names.
fn change_tags(hand: &mut Hand, (member, arn): (&str, &str), change: &TagChange) -> Result<()> {
    if !change.set.is_empty() {
        hand.call("TagResource", Value::map([(member, arn.into()), ("tags", tag_list(&change.set))]))?;
    }
    if !change.unset.is_empty() {
        hand.call("UntagResource", Value::map([(member, arn.into()), ("tagKeys", change.unset_list())]))?;
    }
    Ok(())
}
