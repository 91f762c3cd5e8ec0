//! XML bodies.

mod decode;
mod encode;
mod reader;
mod writer;

pub(super) use decode::{Decode, leaf};
pub(super) use encode::{Encode, attributes, namespace_attribute};
pub(super) use reader::{Reader, Start};
pub(super) use writer::Writer;

use model::{Kind, Member, Shape};

/// Whether a list or map stands in its parent without an element of its own.
fn is_flat(member: &Member, target: &Shape) -> bool {
    (member.flattened || target.flattened) && matches!(target.kind, Kind::List | Kind::Map)
}

/// The element of a member: a flattened list may go by its element's name.
fn element_name<'m>(member: &'m Member, target: &'m Shape) -> &'m str {
    let by_element = target.element().filter(|_| is_flat(member, target)).and_then(|e| e.location_name.as_deref());
    member.location_name.as_deref().or(by_element).unwrap_or(&member.name)
}
