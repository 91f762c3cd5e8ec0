//! A whole cloud in memory on a virtual clock, and the runner of transcripts.
//!
//! [`World`] is the cloud as its clients see it: calls are encoded, signed, verified, authorised and recorded as those of any
//! SDK. Nothing sleeps: time moves when a test says so, and a request that waits is run again then.

mod plain;
mod puppets;
pub mod transcript;
mod world;

pub use catalog::{directory, entries};
pub use puppets::Puppets;
pub use script::{Answer, Keys, filled, remember, typed};
pub use world::{Call, World};
