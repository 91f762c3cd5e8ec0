//! Listeners, connections and the admin API: the only crate with hyper.
//!
//! A connection's requests run on its own worker, in the sync pipeline; only a request that waits is parked here, as a
//! future that holds nothing but its place in line. When the client hangs up the future is dropped, and the place with it.
//!
//! Invariants: nothing here is periodic (the alarm sleeps until something falls due); every size and every wait for a
//! client is bounded.

mod admin;
mod alarm;
mod connection;
mod exchange;
mod incoming;
mod limits;
mod outgoing;
mod patience;
mod server;
mod tls;
mod uses;

pub use admin::{Operator, ReadyScripts};
pub use limits::Limits;
pub use server::{Server, Stop, serve};
pub use tls::{Authority, Tls};
