//! Resource types.

mod alias;
mod key;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/KMS.json"));

/// What the operations answer for a key or alias that is not there.
const GONE: &[&str] = &["NotFoundException"];

/// All of them.
pub static TYPES: &[ResourceType] = &[alias::TYPE, key::TYPE];
