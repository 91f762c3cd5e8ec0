//! What is made before the writer's lock: a signed assertion.

use crate::access::visitor;
use crate::api::{GetRoleCredentialsRequest, GetRoleCredentialsResponse};
use crate::errors;
use service::{Prepared, Result, View};
use sso::portal::Voucher;

/// What lets the user be the role.
pub fn get_role_credentials(
    view: &View,
    input: &GetRoleCredentialsRequest,
) -> Result<Prepared<GetRoleCredentialsResponse, Voucher>> {
    let visitor = visitor(view, &input.access_token)?;
    let id = format!("{}", view.request().id).replace('-', "");
    let voucher = visitor.voucher((&input.account_id, &input.role_name), &id)?;
    voucher.map(Prepared::Made).ok_or_else(errors::forbidden)
}
