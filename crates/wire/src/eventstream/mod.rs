//! Event streams: `application/vnd.amazon.eventstream`.
//!
//! [`Message`] is one frame; a [`Decoder`] takes bytes as they come and gives frames, each checked by its two sums. An
//! event is a frame that carries one member of a union: [`encode_event`], [`decode_event`].
//!
//! <https://smithy.io/2.0/aws/amazon-eventstream.html>

mod decoder;
mod event;
mod message;
#[cfg(test)]
mod tests;
mod value;

pub use decoder::{Decoder, Limits};
pub use event::{
    EventError, Received, decode_event, encode_error_message, encode_event, encode_exception, initial_message,
};
pub use message::{FrameError, Header, MOST_HEADERS, Message, PRELUDE};
pub use value::HeaderValue;

/// The content type of a body that is an event stream.
pub const CONTENT_TYPE: &str = "application/vnd.amazon.eventstream";
