//! Resource types.

mod archive;
mod event_bus;
mod event_bus_policy;
mod rule;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/Events.json"));

/// What the operations answer for what is not there.
const GONE: &[&str] = &["ResourceNotFoundException"];

/// All of them.
pub static TYPES: &[ResourceType] = &[archive::TYPE, event_bus::TYPE, event_bus_policy::TYPE, rule::TYPE];
