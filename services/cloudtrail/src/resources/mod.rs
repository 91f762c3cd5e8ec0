//! Resource types.

mod trail;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/CloudTrail.json"));

/// All of them.
pub static TYPES: &[ResourceType] = &[trail::TYPE];
