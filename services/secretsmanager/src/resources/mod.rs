//! Resource types.

mod resource_policy;
mod secret;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/SecretsManager.json"));

/// What the operations answer for what is not there.
const GONE: &[&str] = &["ResourceNotFoundException"];

/// All of them.
pub static TYPES: &[ResourceType] = &[resource_policy::TYPE, secret::TYPE];
