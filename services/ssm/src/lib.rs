//! AWS Systems Manager: Parameter Store. The rest of Systems Manager is not built.
//!
//! Read `state.rs` first, then `ops/puts.rs` and `ops/gets.rs`. `name.rs` says how parameters are called, `filters.rs` what listings show,
//! `sealing.rs` how secure strings are encrypted with keys of KMS.
//!
//! <https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html>

mod access;
mod api;
mod errors;
mod filters;
mod name;
mod ops;
mod paging;
mod peers;
mod resources;
mod sealing;
mod shared;
mod state;
mod tags;

use service::Service;

/// Systems Manager.
pub static SERVICE: Service =
    Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables).resources(resources::TYPES);
