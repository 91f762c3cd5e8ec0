//! Time and chance: the only code that reads the operating system's clock or randomness.
//!
//! Invariant: all meaning of time is virtual. What is read here is the machine's time plus what has been wound forward;
//! everything else takes a [`Timestamp`] or a [`Clock`] from its caller, so a test's cloud runs on a clock that only
//! moves when told.
#![expect(clippy::disallowed_methods, reason = "the one place where OS time and randomness are read")]

mod entropy;
mod format;
mod timestamp;
mod wound;

pub use entropy::{Entropy, EntropySource, secret};
pub use timestamp::Timestamp;
pub use wound::{Clock, Wind};

/// A span of time; negative spans do not exist.
pub use std::time::Duration;
