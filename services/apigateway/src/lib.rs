//! Amazon API Gateway: REST APIs, and the requests of their clients.
//!
//! Read `state.rs` first. `ops/` makes APIs; a deployment keeps what an API was (`snapshot.rs`). What clients ask comes in at
//! `fronts.rs` and goes through `route.rs`, `authorizer.rs` and `integration.rs`; `refusal.rs` is what they are told instead.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html>

mod access;
mod api;
mod authorizer;
mod errors;
mod event;
mod fronts;
mod integration;
mod ops;
mod paging;
mod peers;
mod places;
mod refusal;
mod rest_api;
mod route;
mod snapshot;
mod state;
mod tags;
mod token;

use service::Service;

/// API Gateway.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .measuring_in("AWS/ApiGateway")
    .fronts(fronts::FRONTS);
