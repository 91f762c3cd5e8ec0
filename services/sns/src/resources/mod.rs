//! Resource types.

mod subscription;
mod topic;
mod topic_policy;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/SNS.json"));

/// What the operations answer for a topic or subscription that is not there.
const GONE: &[&str] = &["NotFoundException"];

/// All of them.
pub static TYPES: &[ResourceType] = &[subscription::TYPE, topic::TYPE, topic_policy::TYPE];
