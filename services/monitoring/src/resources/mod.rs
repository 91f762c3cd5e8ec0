//! Resource types.

mod alarm;
mod composite_alarm;
mod dashboard;

use service::resource::{Hand, ResourceType, TagChange, tag_list, tags};
use service::template::Schemas;
use service::{Result, Value};

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/CloudWatch.json"));

/// All of them.
pub static TYPES: &[ResourceType] = &[alarm::TYPE, composite_alarm::TYPE, dashboard::TYPE];

/// The tags of what goes by an ARN, as properties have them.
fn tags_of(hand: &mut Hand, arn: &str) -> Result<Value> {
    let own = hand.look("ListTagsForResource", Value::map([("ResourceARN", arn.into())]))?;
    Ok(tag_list(&tags(own.get("Tags"))))
}

/// Makes tags differ no more.
fn write_tags(hand: &mut Hand, arn: &str, (old, new): (&Value, &Value)) -> Result<()> {
    let change = TagChange::between(old.get("Tags"), new.get("Tags"));
    change.write(hand, ("TagResource", "UntagResource"), ("ResourceARN", arn))
}
