//! Resource types.

mod queue;
mod queue_policy;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/SQS.json"));

/// All of them.
pub static TYPES: &[ResourceType] = &[queue::TYPE, queue_policy::TYPE];
