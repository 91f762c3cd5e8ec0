//! Resource types.

mod group;
mod group_membership;

use service::Value;
use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/IdentityStore.json"));

/// All of them.
pub static TYPES: &[ResourceType] = &[group::TYPE, group_membership::TYPE];

const GONE: &[&str] = &["ResourceNotFoundException"];

/// The two halves of a physical id: the thing's and its store's.
fn halves(id: &str) -> (&str, &str) {
    id.split_once('|').unwrap_or((id, ""))
}

/// What names a thing in its store.
fn named(member: &str, id: &str) -> Value {
    let (id, store) = halves(id);
    Value::map([("IdentityStoreId", store.into()), (member, id.into())])
}
