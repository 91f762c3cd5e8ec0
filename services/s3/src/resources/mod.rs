//! Resource types.

mod bucket;
mod bucket_policy;
mod forms;
mod lifecycle;
mod notifications;
mod settings;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/S3.json"));

/// All of them.
pub static TYPES: &[ResourceType] = &[bucket::TYPE, bucket_policy::TYPE];
