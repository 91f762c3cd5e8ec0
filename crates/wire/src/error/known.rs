use super::ErrorReply;
use crate::codec::Switches;
use model::{Member, Model, Shape, ShapeId};

/// An error with what the model knows of it.
pub(super) struct Known<'a> {
    /// Its shape, if it is modelled.
    pub shape: Option<(ShapeId, &'a Shape)>,
    /// The name of its shape, which JSON and CBOR show.
    pub name: &'a str,
    /// The code that XML shows.
    pub code: &'a str,
    /// The name with the namespace that the service gave it.
    pub qualified: String,
    /// The HTTP status.
    pub status: u16,
    sender_fault: bool,
}

impl<'a> Known<'a> {
    pub fn of(model: &'a Model, switches: &'a Switches, error: &ErrorReply<'a>) -> Known<'a> {
        let (namespace, bare) = error.code.rsplit_once('#').map_or((None, error.code), |(ns, code)| (Some(ns), code));
        let shape = model.error(bare);
        let traits = shape.and_then(|(_, shape)| shape.error.as_ref());
        let name = shape.map_or(bare, |(_, shape)| &shape.name);
        let code = traits.and_then(|t| t.code.as_deref()).or_else(|| switches.error_code(name)).unwrap_or(bare);
        let sender_fault = traits.and_then(|t| t.sender_fault).unwrap_or(error.sender_fault);
        let usual = if sender_fault { 400 } else { 500 };
        let status = match error.status {
            0 => traits.and_then(|t| t.status).unwrap_or(usual),
            status => status,
        };
        let qualified = namespace.map_or_else(|| name.to_owned(), |namespace| format!("{namespace}#{name}"));
        Known { shape, name, code, qualified, status, sender_fault }
    }

    /// Who is at fault, in Query's words.
    pub fn side(&self) -> &'static str {
        if self.sender_fault { "Sender" } else { "Receiver" }
    }

    /// The name under which the message stands, unless there is none or the members bring it. Some shapes spell it with
    /// a capital.
    pub fn message_name(&self, error: &ErrorReply<'_>) -> Option<&'a str> {
        if error.message.is_empty() {
            return None;
        }
        match self.message_member() {
            Some((index, member)) => error.members.member(index, &member.name).is_absent().then(|| member.wire_name()),
            None => Some("message"),
        }
    }

    /// The name under which the request's id stands in the body of errors whose shapes have a place for it, unless the
    /// members bring it.
    /// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeUser.html#API_DescribeUser_Errors>
    pub fn request_id_name(&self, error: &ErrorReply<'_>) -> Option<&'a str> {
        let (_, shape) = self.shape.filter(|_| !error.request_id.is_empty())?;
        let (index, member) = shape.members.iter().enumerate().find(|(_, member)| &*member.name == "RequestId")?;
        error.members.member(index, &member.name).is_absent().then(|| member.wire_name())
    }

    /// The modelled member that is the message, and its index.
    pub fn message_member(&self) -> Option<(usize, &'a Member)> {
        let (_, shape) = self.shape?;
        shape.members.iter().enumerate().find(|(_, m)| m.name.eq_ignore_ascii_case("message"))
    }
}
