//! Amazon CloudWatch: metrics, alarms and dashboards.
//!
//! Read `state.rs` first, then the way of a sample: `ops/data.rs` takes it in and `datum.rs` checks it, or `keeper.rs` gets it
//! from a service; `points.rs` keeps it, `query.rs` and `math/` answer what is asked, and `alarm/` looks at it when a period
//! ends.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/Welcome.html>

mod access;
mod alarm;
mod api;
mod cell;
mod dashboard;
mod datum;
mod errors;
mod keeper;
mod math;
mod metric;
mod ops;
mod peers;
mod points;
mod query;
mod resources;
mod state;
mod tags;
mod timers;

use service::Service;

/// CloudWatch.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .on_timer(timers::fire)
    .on_delivery(peers::told)
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
    .calling_as(&[("lambda", "lambda.alarms.cloudwatch.amazonaws.com")])
    .keeping_measured(keeper::keep)
    .resources(resources::TYPES);
