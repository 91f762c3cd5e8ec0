//! Temporary delegation: a product provider asks for an approver's rights, narrowed and for a while.
//!
//! A request goes from state to state, and each state ends by itself. Once it is accepted and its exchange token was sent, the
//! provider trades the token in at STS for sessions of the approver, which all end together.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/temporary-delegation-building-integration.html>

mod check;
mod registered;
mod template;
mod token;

pub use check::check;
pub use registered::{REGISTER, Template, demanded, find as find_template, is_provider};
pub use template::{Parameters, rendered};
pub use token::{send, worth};

use crate::errors;
use crate::peers;
use crate::state::{DELEGATIONS, DelegationRow, OWNED_DELEGATIONS, OwnedRow};
use service::{AccountId, Arn, Cx, Duration, Error, Region, Result, Timer, Timestamp, View};

/// Not yet anybody's.
pub const UNASSIGNED: &str = "UNASSIGNED";
/// Somebody's, who has not decided.
pub const ASSIGNED: &str = "ASSIGNED";
/// Forwarded to whoever may accept it.
pub const PENDING: &str = "PENDING_APPROVAL";
/// Accepted, and its token not sent.
pub const ACCEPTED: &str = "ACCEPTED";
/// Its token is sent.
pub const FINALIZED: &str = "FINALIZED";
/// Rejected.
pub const REJECTED: &str = "REJECTED";
const EXPIRED: &str = "EXPIRED";

const DAY: Duration = Duration::from_secs(86_400);

/// How long a state lasts: unassigned requests a day, all others seven.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/temporary-delegation-building-integration.html#temporary-delegation-request-lifecycle>
pub fn end_of(state: &str, since: Timestamp) -> Timestamp {
    let days = if state == UNASSIGNED { 1 } else { 7 };
    since.after(DAY.saturating_mul(days))
}

/// The ARN of a request: the owner's account's, once there is one, else that of the account that asks about it.
pub fn arn(view: &View, row: &DelegationRow) -> Arn {
    let owner = row.owner_account.as_deref().and_then(|id| id.parse().ok());
    arn_of(view, owner.unwrap_or(view.account()), &row.id)
}

/// The same by its parts.
pub fn arn_of(view: &View, account: AccountId, id: &str) -> Arn {
    Arn::new(view.scope().partition(), "iam", Region::GLOBAL, Some(account), format!("delegation-request/{id}"))
}

/// A request by its id.
///
/// # Errors
/// `NoSuchEntity` where there is none.
pub fn find(view: &View, id: &str) -> Result<DelegationRow> {
    let row = view.get(&DELEGATIONS, id)?;
    row.ok_or_else(|| errors::not_found(format!("The delegation request with id {id} cannot be found.")))
}

/// Fails unless the request is in one of these states.
pub fn expect(row: &DelegationRow, states: &[&str]) -> Result<()> {
    if states.contains(&row.state.as_str()) {
        return Ok(());
    }
    let text = format!("The delegation request {} is in the state {}, which does not allow this.", row.id, row.state);
    Err(errors::invalid_input(text))
}

/// Puts a new request down, which nobody hears of.
pub fn begin(cx: &mut Cx, row: &DelegationRow) -> Result<()> {
    cx.put(&DELEGATIONS, row.id.as_str(), row)?;
    expire_by(cx, row)
}

/// Changes a request without a new state.
pub fn save(cx: &mut Cx, row: &mut DelegationRow) -> Result<()> {
    row.updated = cx.now().whole_secs();
    cx.put(&DELEGATIONS, row.id.as_str(), row)
}

/// Brings a request into a state, and tells its provider.
pub fn enter(cx: &mut Cx, row: &mut DelegationRow, state: &str) -> Result<()> {
    state.clone_into(&mut row.state);
    row.expires = end_of(state, cx.now().whole_secs());
    save(cx, row)?;
    if let Some(account) = owner_account(row) {
        let link = OwnedRow { id: row.id.clone() };
        cx.in_scope(cx.scope().home_of(account), |cx| cx.put(&OWNED_DELEGATIONS, row.id.as_str(), &link))?;
    }
    if state != EXPIRED {
        expire_by(cx, row)?;
    }
    peers::tell_of_state(cx, row)
}

fn owner_account(row: &DelegationRow) -> Option<AccountId> {
    row.owner.as_ref()?;
    row.owner_account.as_deref()?.parse().ok()
}

/// The timer stands with the account that asks, whoever else the request belongs to by and by.
fn expire_by(cx: &mut Cx, row: &DelegationRow) -> Result<()> {
    let requestor: AccountId = row.requestor.parse().map_err(Error::internal)?;
    let (id, due) = (row.id.as_str(), row.expires);
    cx.in_scope(cx.scope().home_of(requestor), |cx| cx.set_timer(id, due))
}

/// A request's state has ended by itself.
pub fn fire(cx: &mut Cx, timer: &Timer) -> Result<()> {
    match cx.get(&DELEGATIONS, timer.name.as_str())? {
        Some(mut row) if row.expires <= cx.now() && row.state != EXPIRED => enter(cx, &mut row, EXPIRED),
        _ => Ok(()),
    }
}
