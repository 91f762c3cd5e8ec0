//! Amazon S3: buckets, objects and their versions, multipart uploads, lifecycles, notifications.
//!
//! Read `state.rs` first, then one file of `ops/`. The rules lie beside them: `versions.rs` says how versions follow each
//! other, `seal.rs` how bodies are enciphered, `reading.rs` and `listing.rs` what a reader gets, `rules.rs` and
//! `lifecycle.rs` what becomes of objects in time, `notify.rs` who is told.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html>

mod about;
mod access;
mod address;
mod api;
mod checksums;
mod cors;
mod documents;
mod errors;
mod exposure;
mod lifecycle;
mod listing;
mod notify;
mod ops;
mod parts;
mod peers;
mod prepare;
mod reading;
mod resources;
mod rules;
mod seal;
mod state;
mod tags;
mod versions;

use service::Service;

/// S3.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .on_timer(lifecycle::fire)
    .on_delivery(notify::ended)
    .cross_origin(&cors::CROSS_ORIGIN)
    .resources(resources::TYPES);
