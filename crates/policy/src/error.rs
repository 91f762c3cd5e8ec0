//! Why a document is refused, in AWS's words.

use std::fmt;

/// A document that is not a policy, or not one of the wanted kind.
///
/// `Display` and [`Error::message`] give the text of AWS's `MalformedPolicyDocument`; [`Error::detail`] says where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    fault: Fault,
    detail: String,
}

/// The kinds of refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Larger than the caller's limit, in bytes. AWS answers by the quota or parameter that the operation names, so the
    /// caller has its own text.
    TooLong,
    /// More statements than the caller's limit; as `TooLong`.
    TooManyStatements,
    /// Not JSON, or not of the policy grammar.
    Syntax,
    /// A version that the operation does not take.
    Version,
    /// The grammar holds, but a value does not parse (a date, an effect in the wrong case, an ARN).
    LegacyParsing,
    /// Two statements with one Sid.
    DuplicateSid,
    /// A statement without an action.
    NoActions,
    /// A statement without a resource.
    NoResources,
    /// An element that the kind of policy needs.
    MissingField(&'static str),
    /// An element that the kind of policy does not take.
    ProhibitedField(&'static str),
    /// A `Principal` in a policy that belongs to an identity.
    PrincipalNotTaken,
    /// A principal that no account, identity or service can have: the type and the value.
    InvalidPrincipal(&'static str, String),
    /// An action without a service prefix.
    NoVendor,
    /// An action with more than one colon.
    Colons,
    /// An action whose service prefix has characters that none has.
    Vendor(String),
    /// A refusal whose whole text the caller's facts supply.
    Text(String),
}

impl Error {
    pub(crate) fn new(fault: Fault, detail: impl Into<String>) -> Self {
        Self { fault, detail: detail.into() }
    }

    pub(crate) fn syntax(detail: impl Into<String>) -> Self {
        Self::new(Fault::Syntax, detail)
    }

    /// What is wrong.
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    /// Where and why, for people and logs; AWS does not say it.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// AWS's text.
    pub fn message(&self) -> String {
        match &self.fault {
            Fault::TooLong | Fault::TooManyStatements => "The policy is too long.".into(),
            Fault::Syntax => "Syntax errors in policy.".into(),
            Fault::Version => "Policy document must be version 2012-10-17 or greater.".into(),
            Fault::LegacyParsing => "The policy failed legacy parsing".into(),
            Fault::DuplicateSid => "Statement IDs (SID) in a single policy must be unique.".into(),
            Fault::NoActions => "Policy statement must contain actions.".into(),
            Fault::NoResources => "Policy statement must contain resources.".into(),
            Fault::MissingField(name) => format!("Missing required field {name}"),
            Fault::ProhibitedField(name) => format!("Has prohibited field {name}."),
            Fault::PrincipalNotTaken => "Policy document should not specify a principal.".into(),
            Fault::InvalidPrincipal(kind, value) => format!("Invalid principal in policy: \"{kind}\":\"{value}\""),
            Fault::NoVendor => "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.".into(),
            Fault::Colons => "Actions/Condition can contain only one colon.".into(),
            Fault::Vendor(vendor) => format!("Vendor {vendor} is not valid"),
            Fault::Text(text) => text.clone(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for Error {}
