//! Resource types.

mod indexes;
mod settings;
mod table;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/DynamoDB.json"));

/// What the operations answer for a table that is not there.
const GONE: &[&str] = &["ResourceNotFoundException", "TableNotFoundException"];

/// All of them.
pub static TYPES: &[ResourceType] = &[table::TYPE];
