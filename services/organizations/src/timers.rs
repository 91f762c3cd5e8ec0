//! What happens later: handshakes expire, and closed accounts end.

use crate::standing::{self, Organization};
use crate::state::{ACCOUNTS, ATTACHMENTS, AttachmentRow, HANDSHAKES, MEMBERS};
use service::{Cx, Duration, Result, Timer, Timestamp};

/// How long a closed account can be had back.
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-closing.html#post-closure-period>
pub const POST_CLOSURE: Duration = Duration::from_secs(90 * 86_400);

/// Has a handshake expire.
pub fn expire_at(cx: &mut Cx, organization: &Organization, handshake: &str, due: Timestamp) -> Result<()> {
    cx.in_scope(organization.scope(), |cx| cx.set_timer(&format!("handshake/{handshake}"), due))
}

/// A handshake is answered.
pub fn keep(cx: &mut Cx, organization: &Organization, handshake: &str) -> Result<()> {
    cx.in_scope(organization.scope(), |cx| cx.cancel_timer(&format!("handshake/{handshake}")))
}

/// Has a closed account end.
pub fn end_at(cx: &mut Cx, organization: &Organization, account: &str, due: Timestamp) -> Result<()> {
    cx.in_scope(organization.scope(), |cx| cx.set_timer(&format!("closed/{account}"), due))
}

/// Fires what fell due.
pub fn fire(cx: &mut Cx, timer: &Timer) -> Result<()> {
    if let Some(id) = timer.name.strip_prefix("handshake/") {
        let Some(mut handshake) = cx.get(&HANDSHAKES, id)? else { return Ok(()) };
        if matches!(handshake.state.as_str(), "OPEN" | "REQUESTED") {
            handshake.state = "EXPIRED".to_owned();
            cx.put(&HANDSHAKES, id, &handshake)?;
            if let Some(mut organization) = standing::of(cx, cx.account())?
                && organization.row.enabling.as_deref() == Some(id)
            {
                organization.row.enabling = None;
                organization.save(cx)?;
            }
        }
    }
    if let Some(account) = timer.name.strip_prefix("closed/")
        && let Some(organization) = standing::of(cx, cx.account())?
    {
        let closed = cx.get(&ACCOUNTS, account)?.is_some_and(|row| row.status == "SUSPENDED");
        if closed {
            take_out(cx, &organization, account)?;
        }
    }
    Ok(())
}

/// Takes an account out of its organisation, with what was attached to it.
pub fn take_out(cx: &mut Cx, organization: &Organization, account: &str) -> Result<()> {
    cx.in_scope(organization.scope(), |cx| {
        let attached: Vec<AttachmentRow> = cx.rows(&ATTACHMENTS, (account,)).collect::<Result<_>>()?;
        for row in attached {
            cx.delete(&ATTACHMENTS, &(row.target, row.policy))?;
        }
        cx.delete(&ACCOUNTS, account)
    })?;
    cx.delete(&MEMBERS, account).map(drop)
}
