//! Invitations: what somebody outside of the organisation accepts before he has a share.
//! <https://docs.aws.amazon.com/ram/latest/userguide/working-with-shared-invitations.html>

use crate::api::ResourceShareInvitation;
use crate::errors;
use crate::state::{INVITATIONS, InvitationRow};
use service::{Arn, ArnParts, Cx, Duration, Result, Timestamp, View};

/// For how long one can be accepted.
const LIFE: Duration = Duration::from_secs(7 * 86_400);

pub const PENDING: &str = "PENDING";
pub const ACCEPTED: &str = "ACCEPTED";
pub const REJECTED: &str = "REJECTED";
pub const EXPIRED: &str = "EXPIRED";

/// Sends one, and answers its id.
pub fn send(cx: &mut Cx, share: &str, name: &str, receiver: &str) -> Result<String> {
    let row = InvitationRow {
        id: cx.entropy().uuid(),
        share: share.to_owned(),
        name: name.to_owned(),
        sender: cx.account().to_string(),
        receiver: receiver.to_owned(),
        sent: cx.now().whole_secs(),
        status: PENDING.to_owned(),
    };
    cx.put(&INVITATIONS, row.id.as_str(), &row)?;
    Ok(row.id)
}

/// Takes back one that nobody has answered.
pub fn withdraw(cx: &mut Cx, id: &str) -> Result<()> {
    match find(cx, id)?.filter(|row| row.status == PENDING) {
        Some(row) => cx.delete(&INVITATIONS, row.id.as_str()).map(drop),
        None => Ok(()),
    }
}

/// How it stands now.
pub fn status(row: &InvitationRow, now: Timestamp) -> &str {
    if row.status == PENDING && now >= row.sent.after(LIFE) { EXPIRED } else { &row.status }
}

/// The one of that id.
pub fn find(view: &View, id: &str) -> Result<Option<InvitationRow>> {
    view.get(&INVITATIONS, id)
}

/// The one of that ARN that this account received.
///
/// # Errors
/// `MalformedArnException`, `ResourceShareInvitationArnNotFoundException`
pub fn received(view: &View, arn: &str) -> Result<InvitationRow> {
    let malformed = || errors::malformed_arn(format!("The specified invitation ARN {arn} is not valid."));
    let parts = ArnParts::parse(arn).map_err(|_| malformed())?;
    let id = parts.resource.strip_prefix("resource-share-invitation/").ok_or_else(malformed)?;
    let row = find(view, id)?.filter(|row| row.receiver == view.account().to_string() && is_here(view, row));
    row.ok_or_else(|| errors::no_invitation(arn))
}

/// Whether the share lies in this region.
fn is_here(view: &View, row: &InvitationRow) -> bool {
    ArnParts::parse(&row.share).is_ok_and(|parts| parts.region == view.region().as_str())
}

/// All that this account received, the oldest first.
pub fn all_received(view: &View) -> Result<Vec<InvitationRow>> {
    let own = view.account().to_string();
    let mut all: Vec<InvitationRow> = view.rows(&INVITATIONS, ()).collect::<Result<_>>()?;
    all.retain(|row| row.receiver == own && is_here(view, row));
    all.sort_by(|one, other| (one.sent, &one.id).cmp(&(other.sent, &other.id)));
    Ok(all)
}

/// Answers one that is pending.
///
/// # Errors
/// The error that tells how it stands already.
pub fn answer(cx: &mut Cx, mut row: InvitationRow, status: &str) -> Result<InvitationRow> {
    let (code, text) = match self::status(&row, cx.now()) {
        PENDING => ("", ""),
        ACCEPTED => ("ResourceShareInvitationAlreadyAcceptedException", "was accepted already."),
        REJECTED => ("ResourceShareInvitationAlreadyRejectedException", "was rejected already."),
        _ => ("ResourceShareInvitationExpiredException", "has expired."),
    };
    if !code.is_empty() {
        return Err(service::Error::new(code, format!("The resource share invitation {} {text}", arn(cx, &row))));
    }
    row.status = status.to_owned();
    cx.put(&INVITATIONS, row.id.as_str(), &row)?;
    Ok(row)
}

/// Its ARN, which lies with who sent it.
pub fn arn(view: &View, row: &InvitationRow) -> String {
    let sender = row.sender.parse().ok();
    let resource = format_args!("resource-share-invitation/{}", row.id);
    Arn::new(view.scope().partition(), "ram", view.region(), sender, resource).to_string()
}

/// As the API shows it.
pub fn shown(view: &View, row: &InvitationRow) -> ResourceShareInvitation {
    ResourceShareInvitation {
        resource_share_invitation_arn: Some(arn(view, row)),
        resource_share_name: Some(row.name.clone()),
        resource_share_arn: Some(row.share.clone()),
        sender_account_id: Some(row.sender.clone()),
        receiver_account_id: Some(row.receiver.clone()),
        invitation_timestamp: Some(row.sent),
        status: Some(status(row, view.now()).to_owned()),
        ..ResourceShareInvitation::default()
    }
}
