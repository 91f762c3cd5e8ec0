//! Resource types.

mod group;
mod sampling_rule;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/XRay.json"));

/// All of them.
pub static TYPES: &[ResourceType] = &[group::TYPE, sampling_rule::TYPE];
