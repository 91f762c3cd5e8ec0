//! Calls and replies as Markdown says them, and the client that makes them.
//!
//! Transcripts and proofs are written in this form: fenced blocks of what is sent and what is answered, between them
//! directives in backquotes. The client speaks each service's own protocol from its model, and signs as any SDK does.
//! It knows no socket: whoever uses it carries requests and replies.

mod client;
mod document;
mod matching;
mod plain;
mod steps;

pub use client::{Answer, Client, Keys};
pub use document::{shown, typed};
pub use matching::{Captured, check, filled, remember, text_fits, written};
pub use plain::{code_in, plain_answer};
pub use steps::{Step, span_of, steps};
