//! JSON bodies.

mod decode;
mod document;
mod encode;
mod reader;

pub use document::{Limits, value_from_json, value_to_json};

pub(super) use decode::Decode;
pub(super) use encode::Encode;
pub(super) use reader::Reader;
