//! Resource types.

mod account;
mod api_key;
mod authorizer;
mod deployment;
mod forms;
mod gateway_response;
mod method;
mod model;
mod request_validator;
mod resource;
mod rest_api;
mod settings;
mod stage;
mod usage_plan;
mod usage_plan_key;

use service::resource::ResourceType;
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/ApiGateway.json"));

/// What the operations answer for what is not there.
const GONE: &[&str] = &["NotFoundException"];

/// All of them.
pub static TYPES: &[ResourceType] = &[
    account::TYPE,
    api_key::TYPE,
    authorizer::TYPE,
    deployment::TYPE,
    gateway_response::TYPE,
    method::TYPE,
    model::TYPE,
    request_validator::TYPE,
    resource::TYPE,
    rest_api::TYPE,
    stage::TYPE,
    usage_plan::TYPE,
    usage_plan_key::TYPE,
];
