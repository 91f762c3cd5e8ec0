//! Resource types of CloudFormation's own: a stack within another, and what a stack waits for.

mod cdk_metadata;
mod custom_resource;
mod stack;
mod wait_condition;
mod wait_condition_handle;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/CloudFormation.json"));

static CDK_SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/CDK.json"));

/// All of them.
pub static TYPES: &[ResourceType] =
    &[cdk_metadata::TYPE, custom_resource::TYPE, stack::TYPE, wait_condition::TYPE, wait_condition_handle::TYPE];
