//! What Identity Center knows of organisations: whose an account is, and which accounts there are.

use service::{AccountId, IndexMap, Result, Value, View};

/// An account of the organisation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its owner's mail address.
    pub email: String,
    /// Whether it may be used.
    pub is_active: bool,
}

/// The management account of the organisation that an account is in; `None` where it is in none.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html>
pub fn management(view: &View, account: AccountId) -> Result<Option<AccountId>> {
    let nothing = Value::Map(IndexMap::new());
    let Some(found) = organizations(view, account, "DescribeOrganization", nothing)? else { return Ok(None) };
    let master = found.get("Organization").and_then(|found| found.get("MasterAccountId")?.as_str()?.parse().ok());
    Ok(master)
}

/// An account of the organisation whose management account this is.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html>
pub fn account(view: &View, management: AccountId, account: &str) -> Result<Option<Account>> {
    let input = Value::map([("AccountId", account.into())]);
    let Some(found) = organizations(view, management, "DescribeAccount", input)? else { return Ok(None) };
    let found = found.get("Account").cloned().unwrap_or_default();
    let text = |name: &str| found.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(Some(Account { name: text("Name"), email: text("Email"), is_active: text("Status") == "ACTIVE" }))
}

/// A reading operation as an account sees it; `None` where there is no organisation, or not what is asked for.
fn organizations(view: &View, account: AccountId, operation: &str, input: Value) -> Result<Option<Value>> {
    if !view.offers("organizations", operation) {
        return Ok(None);
    }
    let found = view.peer_in(view.scope().home_of(account), "organizations", operation, input);
    service::resource::found(found, &["AWSOrganizationsNotInUseException", "AccountNotFoundException"])
}
