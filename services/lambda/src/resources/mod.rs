//! Resource types.

mod alias;
mod code;
mod event_invoke_config;
mod event_source_mapping;
mod function;
mod permission;
mod retag;
mod version;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/Lambda.json"));

/// What the operations answer for what is not there.
const GONE: &[&str] = &["ResourceNotFoundException"];

/// All of them.
pub static TYPES: &[ResourceType] = &[
    alias::TYPE,
    event_invoke_config::TYPE,
    event_source_mapping::TYPE,
    function::TYPE,
    permission::TYPE,
    version::TYPE,
];
