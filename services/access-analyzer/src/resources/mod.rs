//! Resource types.

mod analyzer;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/AccessAnalyzer.json"));

/// All of them.
pub static TYPES: &[ResourceType] = &[analyzer::TYPE];
