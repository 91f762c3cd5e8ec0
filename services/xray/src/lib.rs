//! AWS X-Ray: what services and workloads say of the requests that went through them, put together as traces and graphs.
//!
//! Read `state.rs` first. `document.rs` says which segment documents are taken; `trace.rs` puts a trace together from its
//! documents; `summary.rs` and `graph.rs` say what is seen of one trace and of many; `filter/` is the language of filter
//! expressions. `sampling.rs` has the rules by which requests are chosen.
//!
//! <https://docs.aws.amazon.com/xray/latest/api/Welcome.html>

mod access;
mod api;
mod document;
mod entity;
mod errors;
mod filter;
mod graph;
mod ops;
mod paging;
mod range;
mod resources;
mod sampling;
mod state;
mod summary;
mod tags;
mod timers;
mod trace;

use service::Service;

/// AWS X-Ray.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .on_timer(timers::fire)
    .resources(resources::TYPES);
