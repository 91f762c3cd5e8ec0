//! A whole cloud in memory on a virtual clock, and the runner of transcripts.
//!
//! [`World`] is the cloud as its clients see it: calls are encoded, signed, verified, authorised and recorded as those of any
//! SDK. Nothing sleeps: time moves when a test says so, and a request that waits is run again then.

mod client;
mod document;
mod matching;
mod plain;
mod puppets;
pub mod transcript;
mod world;

pub use catalog::{directory, entries};
pub use client::{Answer, Keys};
pub use document::typed;
pub use matching::{filled, remember};
pub use puppets::Puppets;
pub use world::{Call, World};
