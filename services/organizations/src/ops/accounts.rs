//! Accounts of an organisation.

use crate::api::*;
use crate::ids::{self, Named};
use crate::standing::{self, Organization, Reach};
use crate::state::{ACCOUNTS, AccountRow};
use crate::timers::{self, POST_CLOSURE};
use crate::{directory, errors, paging, shown, tree};
use service::{Cx, Duration, Nothing, Result, View};

/// Writes an account's row.
pub(crate) fn save(cx: &mut Cx, organization: &Organization, account: &AccountRow) -> Result<()> {
    cx.in_scope(organization.scope(), |cx| cx.put(&ACCOUNTS, account.id.as_str(), account))
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html>
pub fn describe_account(view: &View, input: DescribeAccountRequest) -> Result<DescribeAccountResponse> {
    let DescribeAccountRequest { account_id } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    let account = tree::account(view, &organization, &account_id)?;
    Ok(DescribeAccountResponse { account: Some(shown::account(view, &organization, &account)?) })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html>
pub fn list_accounts(view: &View, input: ListAccountsRequest) -> Result<ListAccountsResponse> {
    let ListAccountsRequest { next_token, max_results } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    let accounts = tree::accounts(view, &organization)?;
    let (accounts, next_token) = page(view, (&organization, accounts), (next_token, max_results))?;
    Ok(ListAccountsResponse { accounts: Some(accounts), next_token })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html>
pub fn list_accounts_for_parent(
    view: &View,
    input: ListAccountsForParentRequest,
) -> Result<ListAccountsForParentResponse> {
    let ListAccountsForParentRequest { parent_id, next_token, max_results } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    tree::check_parent(view, &organization, &parent_id, errors::no_parent)?;
    let accounts = tree::accounts_in(view, &organization, &parent_id)?;
    let (accounts, next_token) = page(view, (&organization, accounts), (next_token, max_results))?;
    Ok(ListAccountsForParentResponse { accounts: Some(accounts), next_token })
}

fn page(
    view: &View,
    (organization, accounts): (&Organization, Vec<AccountRow>),
    asked: (Option<String>, Option<i64>),
) -> Result<(Vec<Account>, Option<String>)> {
    let (accounts, next) = paging::page(accounts, asked, |account| paging::numbered(account.number))?;
    let accounts = accounts.iter().map(|account| shown::account(view, organization, account));
    Ok((accounts.collect::<Result<_>>()?, next))
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_MoveAccount.html>
pub fn move_account(cx: &mut Cx, input: MoveAccountRequest) -> Result<Nothing> {
    let MoveAccountRequest { account_id, source_parent_id, destination_parent_id } = input;
    let organization = standing::open(cx, Reach::Management)?;
    let mut account = tree::account(cx, &organization, &account_id)?;
    tree::check_parent(cx, &organization, &source_parent_id, errors::no_source_parent)?;
    tree::check_parent(cx, &organization, &destination_parent_id, errors::no_destination_parent)?;
    if account.parent == destination_parent_id {
        return Err(errors::duplicate_account());
    }
    if account.parent != source_parent_id {
        return Err(errors::no_source_parent());
    }
    account.parent = destination_parent_id;
    save(cx, &organization, &account)?;
    Ok(Nothing {})
}

/// Of so many accounts one in ten may be closed in 30 days, ten always and a thousand at the most.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
const CLOSING_PERIOD: Duration = Duration::from_secs(30 * 86_400);

/// The account is suspended: from the next call on nobody uses it or what it owns. It ends when its post-closure period is over.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_CloseAccount.html>
pub fn close_account(cx: &mut Cx, input: CloseAccountRequest) -> Result<Nothing> {
    let CloseAccountRequest { account_id } = input;
    let mut organization = standing::open(cx, Reach::Management)?;
    ids::check(&account_id, &[Named::Account]).map_err(|_| errors::invalid("INVALID_PATTERN"))?;
    if organization.is_managed_by(&account_id) {
        return Err(errors::constraint("CANNOT_CLOSE_MANAGEMENT_ACCOUNT"));
    }
    let mut account = tree::account(cx, &organization, &account_id)?;
    if account.status == "SUSPENDED" {
        return Err(errors::already_closed());
    }
    if !account.administers.is_empty() {
        return Err(errors::constraint("CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG"));
    }
    let now = cx.now();
    organization.row.closed.retain(|closed| closed.after(CLOSING_PERIOD) > now);
    let active = tree::accounts(cx, &organization)?.iter().filter(|account| account.status == "ACTIVE").count();
    if organization.row.closed.len() >= (active / 10).clamp(10, 1000) {
        return Err(errors::constraint("CLOSE_ACCOUNT_QUOTA_EXCEEDED"));
    }
    organization.row.closed.push(now);
    organization.save(cx)?;
    account.status = "SUSPENDED".to_owned();
    save(cx, &organization, &account)?;
    directory::close(cx, &account_id)?;
    timers::end_at(cx, &organization, &account_id, now.after(POST_CLOSURE))?;
    Ok(Nothing {})
}
