//! Amazon API Gateway: REST APIs, and the requests of their clients.
//!
//! Read `state.rs` first. `ops/` makes APIs; a deployment keeps what an API was (`snapshot.rs`). What clients ask comes in at
//! `fronts.rs` and is a `Visit` (`visit.rs`): `route.rs`, `authorizer.rs`, `validator.rs`, `integration.rs`; `refusal.rs` is what they are
//! told instead of an answer.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html>

mod access;
mod access_log;
mod api;
mod authorizer;
mod context;
mod errors;
mod event;
mod execution_log;
mod fronts;
mod function_authorizer;
mod integration;
mod logs;
mod metrics;
mod ops;
mod paging;
mod patch;
mod peers;
mod places;
mod refusal;
mod resources;
mod rest_api;
mod route;
mod schema;
mod snapshot;
mod stage_settings;
mod state;
mod tags;
mod token;
mod tracing;
mod usage;
mod validator;
mod visit;

use service::Service;

/// API Gateway.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .measuring_in("AWS/ApiGateway")
    .on_delivery(logs::told)
    .resources(resources::TYPES)
    .fronts(fronts::FRONTS);
