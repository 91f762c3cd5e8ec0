//! Resource types.

mod resource_share;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/RAM.json"));

/// All of them.
pub static TYPES: &[ResourceType] = &[resource_share::TYPE];
