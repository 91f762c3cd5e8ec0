//! What RAM knows of organisations: which one an account is in, where in it, and whether it shares within itself.

use crate::state::ENABLED;
use service::resource::found;
use service::{AccountId, IndexMap, Result, Value, View};

/// Units within one another: AWS allows five.
const DEEPEST: usize = 8;

/// An account's place in an organisation.
#[derive(Debug, Clone, PartialEq)]
pub struct Membership {
    /// The organisation's id.
    pub organization: String,
    /// The management account.
    pub management: AccountId,
}

/// The organisation that an account is in; `None` where it is in none.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html>
pub fn of(view: &View, account: AccountId) -> Result<Option<Membership>> {
    let nothing = Value::Map(IndexMap::new());
    let Some(answer) = organizations(view, account, "DescribeOrganization", nothing)? else { return Ok(None) };
    let organization = answer.get("Organization").cloned().unwrap_or_default();
    let id = organization.get("Id").and_then(Value::as_str);
    let management = organization.get("MasterAccountId").and_then(Value::as_str).and_then(|id| id.parse().ok());
    Ok(id.zip(management).map(|(id, management)| Membership { organization: id.to_owned(), management }))
}

impl Membership {
    /// Whether the organisation shares within itself without invitations.
    pub fn shares(&self, view: &View) -> Result<bool> {
        Ok(view.get(&ENABLED, self.organization.as_str())?.is_some())
    }

    /// The ids of the units in which an account is, the innermost first, and of the root.
    /// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html>
    pub fn parents(&self, view: &View, account: AccountId) -> Result<Vec<String>> {
        let (mut all, mut child) = (Vec::new(), account.to_string());
        while all.len() < DEEPEST {
            let input = Value::map([("ChildId", Value::from(child.as_str()))]);
            let Some(answer) = organizations(view, self.management, "ListParents", input)? else { return Ok(all) };
            let parents = answer.get("Parents").and_then(Value::as_list).unwrap_or_default();
            let Some(parent) = parents.first().and_then(|parent| parent.get("Id")?.as_str()) else { return Ok(all) };
            child = parent.to_owned();
            all.push(child.clone());
        }
        Ok(all)
    }

    /// Whether there is such a unit.
    /// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganizationalUnit.html>
    pub fn has_unit(&self, view: &View, id: &str) -> Result<bool> {
        let input = Value::map([("OrganizationalUnitId", id.into())]);
        Ok(organizations(view, self.management, "DescribeOrganizationalUnit", input)?.is_some())
    }
}

fn organizations(view: &View, account: AccountId, operation: &str, input: Value) -> Result<Option<Value>> {
    if !view.offers("organizations", operation) {
        return Ok(None);
    }
    let missing = [
        "AWSOrganizationsNotInUseException",
        "ChildNotFoundException",
        "OrganizationalUnitNotFoundException",
        "InvalidInputException",
    ];
    found(view.peer_in(view.scope().home_of(account), "organizations", operation, input), &missing)
}
