//! Resource types.

mod activity;
mod definition;
mod retag;
mod state_machine;
mod state_machine_alias;
mod state_machine_version;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/StepFunctions.json"));

/// All of them.
pub static TYPES: &[ResourceType] =
    &[activity::TYPE, state_machine::TYPE, state_machine_alias::TYPE, state_machine_version::TYPE];
