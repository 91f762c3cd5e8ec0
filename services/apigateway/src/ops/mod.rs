//! The operations, one file for each noun.

pub mod account;
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
