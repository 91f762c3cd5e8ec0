use crate::{AccountIds, Caller, Cx, Membership, Result, View};
use clock::Timestamp;
use ids::AccountId;
use policy::{Document, Named};
use shape::Value;
use std::sync::Arc;

/// What a service knows of identities. The door asks each service that has one; no other service ever does.
#[derive(Clone, Copy)]
pub struct Authority {
    /// The credential that goes by an access key id, with the session token that came along. `None`: not one of mine.
    pub credential: fn(&View, access_key: &str, token: Option<&str>) -> Result<Option<Credential>>,
    /// The policies that bind a caller. `None`: not one of mine.
    pub policies: fn(&View, &Caller) -> Result<Option<GrantingPolicies>>,
    /// The organisation that an account belongs to, and what binds it there. `None`: to none that is mine.
    pub membership: fn(&View, AccountId) -> Result<Option<Membership>>,
    /// Whether an account was closed: its principals may call nothing any more, and nobody reaches what it owns.
    pub closed: fn(&View, AccountId) -> Result<bool>,
    /// Whether a code is what the caller's MFA device with this serial number shows now, and was not used yet. `None`: not
    /// one of mine.
    pub one_time_password: fn(&View, serial: &str, code: &str) -> Result<Option<bool>>,
    /// The same, and uses the code up with the transaction: no later request is let through with it, or with an earlier one.
    pub spend_one_time_password: fn(&mut Cx, serial: &str, code: &str) -> Result<Option<bool>>,
    /// Whether what a policy names under `Principal` is nobody: no identity that is there, and none that there can be.
    pub names_nobody: fn(&View, &Named) -> Result<bool>,
    /// Whether a caller with temporary credentials may turn to a service at all, by its prefix. One that may not is answered as
    /// if its key were unknown.
    pub admits: fn(&Caller, service: &str) -> bool,
    /// The issuers of tokens, where this authority keeps them.
    pub issuers: Option<Issuers>,
    /// How a service assumes a role here, if it can.
    pub assume: Option<Assume>,
    /// What a token is worth by which somebody delegates his rights for a while. `None`: not one of mine.
    pub delegated: fn(&View, token: &str) -> Result<Option<Delegated>>,
    /// The ids of accounts to come, where this authority creates accounts.
    pub account_ids: Option<AccountIds>,
}

impl Authority {
    /// Knows nobody and forbids nothing: what an authority leaves out of what it could say.
    pub const SILENT: Authority = Authority {
        credential: |_, _, _| Ok(None),
        policies: |_, _| Ok(None),
        membership: |_, _| Ok(None),
        closed: |_, _| Ok(false),
        one_time_password: |_, _, _| Ok(None),
        spend_one_time_password: |_, _, _| Ok(None),
        names_nobody: |_, _| Ok(false),
        admits: |_, _| true,
        issuers: None,
        assume: None,
        delegated: |_, _| Ok(None),
        account_ids: None,
    };
}

impl View {
    /// Whether what a policy names under `Principal` is nobody, in the eyes of any authority.
    pub fn names_nobody(&self, named: &Named) -> Result<bool> {
        match &self.info.door.0 {
            Some(door) => door.names_nobody(self, named),
            None => Ok(false),
        }
    }

    /// The first principal of a policy that is nobody, which AWS's services refuse to store, each in its own words.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
    pub fn unknown_principal<'d>(&self, document: &'d Document) -> Result<Option<&'d Named>> {
        let principals = document.statements().iter().filter_map(|statement| statement.principals.as_ref());
        for named in principals.flat_map(|principals| principals.names.iter()) {
            if self.names_nobody(named)? {
                return Ok(Some(named));
            }
        }
        Ok(None)
    }
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

/// The book of those who issue OpenID Connect tokens, by URL. This cloud fetches no keys: the operator gives those of issuers
/// outside, and a service that issues tokens gives its own ([`Cx::set_issuer_keys`]).
#[derive(Clone, Copy)]
pub struct Issuers {
    /// Gives the keys of an issuer, a JSON Web Key Set (RFC 7517); earlier ones are replaced.
    pub set: fn(&mut Cx, url: &str, keys: &str) -> Result<()>,
    /// Forgets an issuer's keys, and tells whether there were any.
    pub remove: fn(&mut Cx, url: &str) -> Result<bool>,
    /// All issuers.
    pub list: fn(&View) -> Result<Vec<Issuer>>,
}

/// An issuer of tokens.
#[derive(Debug, Clone, PartialEq)]
pub struct Issuer {
    /// Its URL, as tokens name it.
    pub url: String,
    /// Its JSON Web Key Set.
    pub keys: String,
    /// Whether its tokens are this cloud's own for others to verify, and none that this cloud takes.
    pub outbound: bool,
}

/// Rights that their holder delegated.
#[derive(Debug, Clone, PartialEq)]
pub struct Delegated {
    /// The holder, with a session whose policies narrow his rights and whose `delegate` is who may have them.
    pub caller: Caller,
    /// When they end.
    pub ends: Timestamp,
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
