//! What IAM asks of other services: the organisation that its account is in.

use service::{AccountId, IndexMap, Region, Result, Scope, Timestamp, Value, View};

/// The service principal by which an organisation trusts IAM.
const IAM: &str = "iam.amazonaws.com";

/// An organisation, as far as IAM is concerned.
#[derive(Debug, Clone, PartialEq)]
pub struct Organization {
    /// `o-…`
    pub id: String,
    /// The management account.
    pub management: AccountId,
    /// Whether it has trusted access enabled for IAM.
    pub trusts_iam: bool,
    /// The accounts that administer IAM's features for it.
    pub delegated: Vec<AccountId>,
}

/// The organisation of the view's account; `None` where it is in none.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html>
pub fn organization(view: &View) -> Result<Option<Organization>> {
    let Some(found) = ask(view, view.account(), "DescribeOrganization", [])? else { return Ok(None) };
    let organization = found.get("Organization").unwrap_or(&Value::Null);
    let text = |member: &str| organization.get(member).and_then(Value::as_str).unwrap_or_default();
    let Ok(management) = text("MasterAccountId").parse::<AccountId>() else { return Ok(None) };
    let trusted = ask(view, management, "ListAWSServiceAccessForOrganization", [])?;
    let principals = list(&trusted, "EnabledServicePrincipals");
    let trusts_iam = principals.iter().any(|one| one.get("ServicePrincipal").and_then(Value::as_str) == Some(IAM));
    let asked = [("ServicePrincipal".to_owned(), Value::from(IAM.to_owned()))];
    let delegated = ask(view, management, "ListDelegatedAdministrators", asked)?;
    let account = |one: &Value| one.get("Id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    Ok(Some(Organization {
        id: text("Id").to_owned(),
        management,
        trusts_iam,
        delegated: list(&delegated, "DelegatedAdministrators").iter().filter_map(account).collect(),
    }))
}

/// When the organisation created the view's account; `None` for one that it did not create, or that is in none.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html>
pub fn created(view: &View, organization: &Organization) -> Result<Option<Timestamp>> {
    let asked = [("AccountId".to_owned(), Value::from(view.account().to_string()))];
    let found = ask(view, organization.management, "DescribeAccount", asked)?;
    let account = found.as_ref().and_then(|found| found.get("Account"));
    let created = account.filter(|account| account.get("JoinedMethod").and_then(Value::as_str) == Some("CREATED"));
    Ok(match created.and_then(|account| account.get("JoinedTimestamp")) {
        Some(Value::Time(joined)) => Some(*joined),
        _ => None,
    })
}

fn list<'v>(found: &'v Option<Value>, member: &str) -> &'v [Value] {
    found.as_ref().and_then(|found| found.get(member)?.as_list()).unwrap_or_default()
}

/// A reading operation of Organizations; `None` where there is no organisation, or no such service in this cloud.
fn ask(
    view: &View,
    account: AccountId,
    operation: &str,
    input: impl IntoIterator<Item = (String, Value)>,
) -> Result<Option<Value>> {
    if !view.offers("organizations", operation) {
        return Ok(None);
    }
    let input = Value::Map(IndexMap::from_iter(input));
    match view.peer_in(Scope::new(account, Region::GLOBAL), "organizations", operation, input) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code().starts_with("AWSOrganizationsNotInUse") => Ok(None),
        Err(error) => Err(error),
    }
}
