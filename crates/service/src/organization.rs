//! What an organisation knows of an account and lays upon it. A service that keeps organisations tells the door, which
//! puts it to every decision; others ask with [`View::membership`](crate::View::membership).

use crate::{Cx, NamedPolicy, Result, View};
use ids::AccountId;

/// The place of an account in an organisation, and the guardrails that bind it there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Membership {
    /// The organisation's id: `aws:PrincipalOrgID`, `aws:ResourceOrgID` and `aws:SourceOrgID`.
    pub organization: String,
    /// From the organisation to the account's parent, such as `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`: the `…OrgPaths` keys.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-view-data-orgs.html#access_policies_last-accessed-viewing-orgs-entity-path>
    pub path: String,
    /// Whether it is the management account, which no guardrail binds.
    pub management: bool,
    /// Whether it was closed, and its post-closure period is not over.
    pub closed: bool,
    /// Service control policies of each level, from the root to the account; empty where they do not bind.
    pub service_control: Vec<ControlLevel>,
    /// Resource control policies, in the same order.
    pub resource_control: Vec<ControlLevel>,
    /// The prefixes of the actions that resource control policies bind.
    pub resource_controlled: &'static [&'static str],
}

/// The policies of one kind at one level of an organisation: every level must allow.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlLevel {
    /// The id of the root, OU or account where they are attached.
    pub target: String,
    /// The policies.
    pub policies: Vec<NamedPolicy>,
}

/// The book of the ids that the operator chose for accounts yet to be created. AWS draws them; estates whose templates name
/// accounts need theirs.
#[derive(Clone, Copy)]
pub struct AccountIds {
    /// Gives `id` to the account that is created with this address, or without one to the next that is created.
    pub reserve: fn(&mut Cx, id: AccountId, email: Option<&str>) -> Result<()>,
    /// What is reserved, in the order in which it was.
    pub reserved: fn(&View) -> Result<Vec<ReservedId>>,
}

/// An id for an account to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservedId {
    /// The id.
    pub id: AccountId,
    /// The address that it waits for; `None` for the next account.
    pub email: Option<String>,
}
