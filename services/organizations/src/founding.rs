//! What a new account is given: the role of Organizations, and one by which the management account gets in. They are made
//! there, one after the other, once the account is.
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html>

use crate::peers::{self, Step};
use crate::standing::{self, Organization};
use service::{AccountId, Cx, Delivery, Next, Result, Value};

/// The role for the management account, where nobody names one.
pub const USUAL_ROLE: &str = "OrganizationAccountAccessRole";

/// The name of a management account, which nobody asks for here.
pub const MANAGEMENT_NAME: &str = "Management account";

/// Begins to equip a new account.
pub fn begin(cx: &mut Cx, organization: &Organization, account: AccountId, role: &str) -> Result<()> {
    let first = if organization.has_all_features() { Step::LinkedRole } else { Step::Role };
    peers::found(cx, organization, account, (first, role))
}

/// Goes on when a step is done. One that was done before, by a delivery that came twice or by somebody else, is done.
pub fn told(cx: &mut Cx, delivery: &Delivery, _end: &Result<Value>) -> Result<Next> {
    let mut tag = delivery.tag.splitn(3, '/');
    let (Some(step), Some(account), Some(role)) = (tag.next(), tag.next(), tag.next()) else { return Ok(Next::Done) };
    let next = match step {
        word if word == Step::LinkedRole.word() => Step::Role,
        word if word == Step::Role.word() => Step::Rights,
        _ => return Ok(Next::Done),
    };
    let Ok(account) = account.parse::<AccountId>() else { return Ok(Next::Done) };
    if let Some(organization) = standing::of(cx, account)? {
        peers::found(cx, &organization, account, (next, role))?;
    }
    Ok(Next::Done)
}
