//! Resource types.

mod parameter;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/SSM.json"));

/// All of them.
pub static TYPES: &[ResourceType] = &[parameter::TYPE];
