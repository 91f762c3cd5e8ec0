//! What somebody who has signed in may be, and where.

use crate::access::visitor;
use crate::api::{
    AccountInfo, ListAccountRolesRequest, ListAccountRolesResponse, ListAccountsRequest, ListAccountsResponse, RoleInfo,
};
use crate::errors;
use service::{Result, Token, View};
use sso::portal::Account;

/// So many stand on a page where nothing is said, and at most.
const USUAL: i64 = 100;

/// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccounts.html>
pub fn list_accounts(view: &View, input: ListAccountsRequest) -> Result<ListAccountsResponse> {
    let ListAccountsRequest { next_token, max_results, access_token } = input;
    let accounts = visitor(view, &access_token)?.accounts()?;
    let shown = |account: Account| AccountInfo {
        account_id: Some(account.id),
        account_name: Some(account.name),
        email_address: Some(account.email).filter(|email| !email.is_empty()),
    };
    let (page, next_token) = page(accounts.into_iter().map(shown).collect(), max_results, next_token)?;
    Ok(ListAccountsResponse { next_token, account_list: Some(page) })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccountRoles.html>
pub fn list_account_roles(view: &View, input: ListAccountRolesRequest) -> Result<ListAccountRolesResponse> {
    let ListAccountRolesRequest { next_token, max_results, access_token, account_id } = input;
    let roles = visitor(view, &access_token)?.roles(&account_id)?.ok_or_else(errors::forbidden)?;
    let shown = |name: String| RoleInfo { role_name: Some(name), account_id: Some(account_id.clone()) };
    let (page, next_token) = page(roles.into_iter().map(shown).collect(), max_results, next_token)?;
    Ok(ListAccountRolesResponse { next_token, role_list: Some(page) })
}

fn page<T>(all: Vec<T>, limit: Option<i64>, token: Option<String>) -> Result<(Vec<T>, Option<String>)> {
    let limit = usize::try_from(limit.unwrap_or(USUAL)).unwrap_or_default().max(1);
    let from = match token {
        None => 0,
        Some(token) => {
            let place = Token::decode(&token).and_then(|token| <[u8; 8]>::try_from(token.as_bytes()).ok());
            let place = place.ok_or_else(|| errors::invalid("The next token is not valid."))?;
            usize::try_from(u64::from_be_bytes(place)).unwrap_or(usize::MAX)
        }
    };
    let end = from.saturating_add(limit);
    let next = (all.len() > end).then(|| Token::of((end as u64).to_be_bytes()).encode());
    Ok((all.into_iter().skip(from).take(limit).collect(), next))
}
