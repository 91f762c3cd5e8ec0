//! Accounts that leave.

use crate::api::*;
use crate::standing::{self, Organization, Reach};
use crate::{errors, timers, tree};
use service::{Cx, Duration, Nothing, Result};

/// How long a created account must have been there before it can leave.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
const WAITING_PERIOD: Duration = Duration::from_secs(7 * 86_400);

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_RemoveAccountFromOrganization.html>
pub fn remove_account_from_organization(cx: &mut Cx, input: RemoveAccountFromOrganizationRequest) -> Result<Nothing> {
    let RemoveAccountFromOrganizationRequest { account_id } = input;
    let organization = standing::open(cx, Reach::Management)?;
    take_out(cx, &organization, &account_id)
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_LeaveOrganization.html>
pub fn leave_organization(cx: &mut Cx, _: Nothing) -> Result<Nothing> {
    let organization = standing::open(cx, Reach::Members)?;
    let account = cx.account().to_string();
    take_out(cx, &organization, &account)
}

fn take_out(cx: &mut Cx, organization: &Organization, id: &str) -> Result<Nothing> {
    let account = tree::account(cx, organization, id)?;
    if organization.is_managed_by(id) {
        return Err(errors::management_stays());
    }
    if !account.administers.is_empty() {
        return Err(errors::constraint("CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG"));
    }
    if account.method == "CREATED" && cx.now() < account.joined.after(WAITING_PERIOD) {
        return Err(errors::constraint("WAIT_PERIOD_ACTIVE"));
    }
    timers::take_out(cx, organization, id)?;
    Ok(Nothing {})
}
