//! Invitations of accounts that are there already.

use super::creations::{Joining, MOST_ACCOUNTS, join};
use super::handshakes;
use crate::api::*;
use crate::standing::{self, Organization, Reach};
use crate::state::HandshakeRow;
use crate::{directory, errors, ids, peers, shown, tags, timers, tree};
use service::{Cx, Duration, Result};

/// How long an invitation can be answered.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
const ANSWERABLE: Duration = Duration::from_secs(15 * 86_400);

/// How many may be sent in a day.
const MOST_A_DAY: usize = 20;

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_InviteAccountToOrganization.html>
pub fn invite_account_to_organization(
    cx: &mut Cx,
    input: InviteAccountToOrganizationRequest,
) -> Result<InviteAccountToOrganizationResponse> {
    let InviteAccountToOrganizationRequest { target, notes, tags: given } = input;
    let mut organization = standing::open(cx, Reach::Management)?;
    let HandshakeParty { id: named, type_: party } = target;
    let account = match party.as_str() {
        "ACCOUNT" => Some(ids::account(&named)?.to_string()),
        "EMAIL" => {
            ids::check_email(&named)?;
            directory::by_email(cx, &named)?
        }
        _ => return Err(errors::invalid("INVALID_PARTY_TYPE_TARGET")),
    };
    if let Some(notes) = &notes {
        ids::check_length(notes, 0, 1024)?;
    }
    let tags = tags::first(cx, given)?;
    check(cx, &organization, (&named, account.as_deref()))?;
    let now = cx.now();
    organization.row.invited.retain(|sent| sent.after(Duration::from_secs(86_400)) > now);
    if organization.row.invited.len() >= MOST_A_DAY {
        return Err(errors::handshake("HANDSHAKE_RATE_LIMIT_EXCEEDED"));
    }
    organization.row.invited.push(now);
    let row = HandshakeRow {
        id: format!("h-{}", ids::draw(cx, 32)),
        action: "INVITE".to_owned(),
        state: "OPEN".to_owned(),
        account,
        party: Some(party),
        named: Some(named),
        notes,
        tags,
        parent: None,
        requested: now,
        expires: now.after(ANSWERABLE),
        number: organization.number(),
    };
    organization.save(cx)?;
    handshakes::save(cx, &organization, &row)?;
    timers::expire_at(cx, &organization, &row.id, row.expires)?;
    Ok(InviteAccountToOrganizationResponse { handshake: Some(shown::handshake(cx, &organization, &row)?) })
}

fn check(cx: &Cx, organization: &Organization, (named, account): (&str, Option<&str>)) -> Result<()> {
    if organization.row.enabling.is_some() {
        return Err(errors::handshake("INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES"));
    }
    let id = account.map(ids::account).transpose()?;
    if let Some(id) = id
        && standing::of(cx, id)?.is_some_and(|other| other.row.id == organization.row.id)
    {
        return Err(errors::handshake("ALREADY_IN_AN_ORGANIZATION"));
    }
    let all = handshakes::rows(cx, organization)?;
    let mut open = all.iter().filter(|row| row.action == "INVITE" && row.state == "OPEN");
    let count = open.clone().count();
    if open.any(|row| row.named.as_deref() == Some(named) || (account.is_some() && row.account.as_deref() == account)) {
        return Err(errors::duplicate_handshake());
    }
    if tree::accounts(cx, organization)?.len() + count >= MOST_ACCOUNTS {
        return Err(errors::handshake("ACCOUNT_NUMBER_LIMIT_EXCEEDED"));
    }
    Ok(())
}

/// The invited account joins.
pub(crate) fn accept(cx: &mut Cx, organization: &mut Organization, row: &mut HandshakeRow) -> Result<()> {
    if row.state == "OPEN" && standing::of(cx, cx.account())?.is_some() {
        return Err(errors::handshake("ALREADY_IN_AN_ORGANIZATION"));
    }
    handshakes::settle(cx, organization, row, "ACCEPTED")?;
    if organization.has_all_features() {
        peers::make_linked_role(cx)?;
    }
    let account = cx.account().to_string();
    let person = directory::person(cx, &account)?;
    directory::note(cx, &account, person)?;
    join(cx, organization, &Joining { account: &account, method: "INVITED", tags: row.tags.clone() })?;
    organization.save(cx)
}
