//! Resource types.

mod assignment;
mod instance;
mod permission_set;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/SSO.json"));

/// All of them.
pub static TYPES: &[ResourceType] = &[assignment::TYPE, instance::TYPE, permission_set::TYPE];

const GONE: &[&str] = &["ResourceNotFoundException"];
