//! Shapes: structs that codecs can walk, both ways, without knowing their type.
//!
//! [`shape!`] declares a struct; [`Peek`] shows any node of it to a writer, [`Slot`] lets a reader fill it. A codec is
//! so written once for all shapes (`shapes + codecs`, not `shapes * codecs`), and the same code serves a [`Value`],
//! the tree that is built only where the shape is chosen at run time.
//!
//! Invariant: members keep the order of the API model, so that a member's index is the same here and there.

mod list;
mod macros;
mod node;
mod pack;
mod pour;
mod told;
mod tree;
mod value;

pub use list::{List, Map};
pub use node::{Encoded, Listener, Node, Peek, Slot, Struct};
pub use pack::{PackError, pack, pack_sized, packed_number, unpack};
pub use pour::{pick, pour};
pub use value::{Misfit, Value, fill};

#[doc(hidden)]
pub mod __private {
    pub use std::any::Any;
}

pub use bytes::Bytes;
pub use clock::Timestamp;
pub use indexmap::IndexMap;
