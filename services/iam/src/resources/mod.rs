//! Resource types.

mod access_key;
mod addition;
mod group;
mod inline_policy;
mod instance_profile;
mod managed_policy;
mod noun;
mod policy;
mod role;
mod user;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/IAM.json"));

/// What the operations answer for what is not there.
const GONE: &[&str] = &["NoSuchEntityException"];

/// All of them.
pub static TYPES: &[ResourceType] = &[
    access_key::TYPE,
    addition::TYPE,
    group::TYPE,
    inline_policy::OF_GROUP,
    inline_policy::OF_ROLE,
    inline_policy::OF_USER,
    instance_profile::TYPE,
    managed_policy::TYPE,
    policy::TYPE,
    role::TYPE,
    user::TYPE,
];
