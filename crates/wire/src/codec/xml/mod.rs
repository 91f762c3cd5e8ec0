//! XML bodies.

mod decode;
mod encode;
mod reader;
mod writer;

pub(super) use decode::{Decode, leaf};
pub(super) use encode::{Encode, attributes, namespace, namespace_attribute};
pub(super) use reader::{Reader, Start};
pub(super) use writer::Writer;

use model::{Kind, Member, Shape};

/// Whether a list or map stands in its parent without an element of its own.
fn is_flat(member: &Member, target: &Shape) -> bool {
    (member.flattened || target.flattened) && matches!(target.kind, Kind::List | Kind::Map)
}

/// Which names the elements go by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// The location names.
    Location,
    /// The Query names where there are any: a JSON service's model (SQS) so keeps those of its Query days.
    Query,
}

impl Names {
    fn given(self, member: &Member) -> Option<&str> {
        let query = member.query_name.as_deref().filter(|_| self == Names::Query);
        query.or(member.location_name.as_deref())
    }

    /// The element of a member. In Query a flat list goes by its element's name: `<Message>` for SQS's Messages.
    fn element<'m>(self, member: &'m Member, target: &'m Shape) -> &'m str {
        let flat = target.element().filter(|_| self == Names::Query && is_flat(member, target));
        let by_element = flat.and_then(|element| element.query_name.as_deref());
        self.given(member).or(by_element).unwrap_or(&member.name)
    }

    /// The element of a list's element or of a map's key or value, which is `otherwise` if the model gives none.
    fn part<'m>(self, member: &'m Member, otherwise: &'m str) -> &'m str {
        self.given(member).unwrap_or(otherwise)
    }
}
