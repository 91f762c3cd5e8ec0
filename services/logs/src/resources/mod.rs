//! Resource types.

mod log_group;
mod log_stream;
mod metric_filter;
mod named;
mod resource_policy;
mod subscription_filter;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/Logs.json"));

/// What the operations answer for what is not there.
const GONE: &[&str] = &["ResourceNotFoundException"];

/// All of them.
pub static TYPES: &[ResourceType] =
    &[log_group::TYPE, log_stream::TYPE, metric_filter::TYPE, resource_policy::TYPE, subscription_filter::TYPE];
