//! Who may call what: nobody signs; the token says whose account and region it happens in.

use crate::api::{GetRoleCredentialsRequest, ListAccountRolesRequest, ListAccountsRequest, LogoutRequest};
use crate::errors;
use service::{Access, Result, View};
use sso::portal::Visitor;
use sso::session;

/// The user whose token this is.
///
/// # Errors
/// `UnauthorizedException`
pub fn visitor(view: &View, token: &str) -> Result<Visitor> {
    let session = session::find(view, token)?.ok_or_else(errors::unauthorized)?;
    Visitor::of(view, &session)?.ok_or_else(errors::unauthorized)
}

/// Where nobody's token is shown the handler says so.
fn by_token(view: &View, token: &str) -> Result<Access> {
    Ok(session::find(view, token)?.map_or(Access::Public, |session| Access::PublicIn(session.scope)))
}

pub fn get_role_credentials(view: &View, input: &GetRoleCredentialsRequest) -> Result<Access> {
    by_token(view, &input.access_token)
}

pub fn list_account_roles(view: &View, input: &ListAccountRolesRequest) -> Result<Access> {
    by_token(view, &input.access_token)
}

pub fn list_accounts(view: &View, input: &ListAccountsRequest) -> Result<Access> {
    by_token(view, &input.access_token)
}

pub fn logout(view: &View, input: &LogoutRequest) -> Result<Access> {
    by_token(view, &input.access_token)
}
