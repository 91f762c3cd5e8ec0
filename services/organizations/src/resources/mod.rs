//! Resource types.

mod account;
mod organization;
mod organizational_unit;
mod policy;
mod resource_policy;

use service::Value;
use service::resource::{Hand, ResourceType, tag_list, tags};
use service::template::Schemas;
use service::{Result, resource};

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/Organizations.json"));

/// All of them.
pub static TYPES: &[ResourceType] =
    &[account::TYPE, organization::TYPE, organizational_unit::TYPE, policy::TYPE, resource_policy::TYPE];

/// What the operations answer for what is not there, the organisation itself included.
const GONE: &[&str] = &[
    "AWSOrganizationsNotInUseException",
    "AccountNotFoundException",
    "OrganizationalUnitNotFoundException",
    "PolicyNotFoundException",
    "ResourcePolicyNotFoundException",
];

/// The tags of what an id names.
fn tags_of(hand: &mut Hand, id: &str) -> Result<Value> {
    let input = Value::map([("ResourceId", id.into())]);
    let all = hand.pages("ListTagsForResource", input, ["NextToken", "NextToken", "Tags"])?;
    Ok(tag_list(&tags(Some(&Value::List(all)))))
}

/// Changes the tags of what an id names from those of one property to those of another.
fn change_tags(hand: &mut Hand, id: &str, (old, new): (&Value, &Value)) -> Result<()> {
    let change = resource::TagChange::between(old.get("Tags"), new.get("Tags"));
    change.write(hand, ("TagResource", "UntagResource"), ("ResourceId", id))
}
