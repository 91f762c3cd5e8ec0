//! The operations, one file for each noun.

pub mod account;
pub mod api_keys;
pub mod apis;
pub mod authorizers;
pub mod deployments;
pub mod gateway_responses;
pub mod integrations;
pub mod methods;
pub mod models;
pub mod request_validators;
pub mod resources;
pub mod stages;
pub mod tags;
pub mod usage_plan_keys;
pub mod usage_plans;
