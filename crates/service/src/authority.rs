use crate::{Caller, Result, View};
use shape::Value;
use std::sync::Arc;

/// What a service knows of identities. The door asks each service that has one; no other service ever does.
#[derive(Clone, Copy)]
pub struct Authority {
    /// The credential that goes by an access key id, with the session token that came along. `None`: not one of mine.
    pub credential: fn(&View, access_key: &str, token: Option<&str>) -> Result<Option<Credential>>,
    /// The policies that bind a caller. `None`: not one of mine.
    pub policies: fn(&View, &Caller) -> Result<Option<GrantingPolicies>>,
    /// Whether a code is what the caller's MFA device with this serial number shows now. `None`: not one of mine.
    pub one_time_password: fn(&View, serial: &str, code: &str) -> Result<Option<bool>>,
    /// How a service assumes a role here, if it can.
    pub assume: Option<Assume>,
}

/// The operation by which a service assumes a role.
#[derive(Clone, Copy)]
pub struct Assume {
    /// Its name.
    pub operation: &'static str,
    /// Its input for a role's ARN and a session's name.
    pub input: fn(role: &str, session: &str) -> Value,
    /// The access key id and the session token in its output.
    pub credential: fn(&Value) -> Option<(String, String)>,
}

/// An access key and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Credential {
    /// The secret that signatures are checked with.
    pub secret: String,
    /// Who signs with it.
    pub caller: Caller,
}

/// The policies that bind a caller.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GrantingPolicies {
    /// Inline and managed policies of the user and its groups, or of the role.
    pub identity: Vec<NamedPolicy>,
    /// The permissions boundary.
    pub boundary: Option<NamedPolicy>,
    /// Session policies; empty when none was passed. A federated user without any may do nothing by his own policies:
    /// his authority gives one that allows nothing.
    pub session: Vec<NamedPolicy>,
    /// Service control policies, a list for each level from the organisation's root to the account.
    pub service_control: Vec<Vec<NamedPolicy>>,
    /// The principal's tags (`aws:PrincipalTag/…`), session tags included.
    pub tags: Vec<(String, String)>,
}

/// A policy with the name under which proofs show it.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedPolicy {
    /// An ARN, or such as `inline policy p of role r`.
    pub name: Arc<str>,
    /// The document.
    pub text: PolicyText,
}

/// A policy document as text.
pub type PolicyText = Arc<str>;
