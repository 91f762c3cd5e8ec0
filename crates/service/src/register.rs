use crate::{Cx, Result, View};

/// Documents that an operator registers with a service, each by a name: what on AWS its own people register for a customer, outside
/// of any API.
#[derive(Clone, Copy)]
pub struct Register {
    /// What they are, such as `delegation-templates`: no two registers of a cloud go by one name.
    pub name: &'static str,
    /// Registers a document, which is JSON; an earlier one of the name is replaced.
    pub set: fn(&mut Cx, name: &str, document: &str) -> Result<()>,
    /// Takes one away, and tells whether it was there.
    pub remove: fn(&mut Cx, name: &str) -> Result<bool>,
    /// All of them.
    pub list: fn(&View) -> Result<Vec<Registered>>,
}

/// What is registered.
#[derive(Debug, Clone, PartialEq)]
pub struct Registered {
    /// The name.
    pub name: String,
    /// The document.
    pub document: String,
}
