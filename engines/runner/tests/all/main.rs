//! Real processes in real sandboxes.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, clippy::panic, reason = "tests make files and processes")]

mod bed;
mod cloud;
mod functions;
mod hostile;
mod interpreters;
mod isolation;
mod lane;
mod speed;
