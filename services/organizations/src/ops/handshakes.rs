//! Handshakes: what one account asks of another, and its answer.
//! <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Handshake.html>

use crate::api::*;
use crate::standing::{self, Organization, Reach};
use crate::state::{AddressRow, HANDSHAKE_HOMES, HANDSHAKES, HandshakeRow};
use crate::{errors, ids, paging, shown, timers};
use service::{AccountId, Cx, Result, View};

/// A handshake and its organisation, wherever they lie.
pub(crate) fn find(view: &View, id: &str) -> Result<Option<(Organization, HandshakeRow)>> {
    let Some(home) = view.get(&HANDSHAKE_HOMES, id)? else { return Ok(None) };
    let Ok(management) = home.account.parse::<AccountId>() else { return Ok(None) };
    let Some(organization) = standing::of(view, management)? else { return Ok(None) };
    let row = view.get_in(organization.scope(), &HANDSHAKES, id)?;
    Ok(row.map(|row| (organization, row)))
}

/// One that the caller's account asked or is asked by.
fn own(view: &View, id: &str) -> Result<(Organization, HandshakeRow)> {
    ids::check_prefixed(id, "h-")?;
    let (organization, row) = find(view, id)?.ok_or_else(errors::no_handshake)?;
    let account = view.account();
    let asked = row.account.as_deref() == Some(account.to_string().as_str());
    if organization.management == account || asked { Ok((organization, row)) } else { Err(errors::access_denied()) }
}

/// Keeps a handshake.
pub(crate) fn save(cx: &mut Cx, organization: &Organization, row: &HandshakeRow) -> Result<()> {
    let home = AddressRow { account: organization.management.to_string() };
    cx.in_scope(organization.scope(), |cx| cx.put(&HANDSHAKES, row.id.as_str(), row))?;
    cx.put(&HANDSHAKE_HOMES, row.id.as_str(), &home)
}

/// Ends a handshake in a state, unless it is over.
pub(crate) fn settle(cx: &mut Cx, organization: &Organization, row: &mut HandshakeRow, state: &str) -> Result<()> {
    check_open(row, state)?;
    row.state = state.to_owned();
    timers::keep(cx, organization, &row.id)?;
    save(cx, organization, row)
}

fn check_open(row: &HandshakeRow, wanted: &str) -> Result<()> {
    match row.state.as_str() {
        "OPEN" => Ok(()),
        "REQUESTED" if wanted == "CANCELED" => Ok(()),
        state if state == wanted => Err(errors::handshake_already(state)),
        state => Err(errors::handshake_over(state, wanted)),
    }
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_AcceptHandshake.html>
pub fn accept_handshake(cx: &mut Cx, input: AcceptHandshakeRequest) -> Result<AcceptHandshakeResponse> {
    let AcceptHandshakeRequest { handshake_id } = input;
    let (mut organization, mut row) = own(cx, &handshake_id)?;
    let by_management = organization.management == cx.account();
    match (row.action.as_str(), by_management) {
        ("INVITE", false) => super::invitations::accept(cx, &mut organization, &mut row)?,
        ("APPROVE_ALL_FEATURES", false) => super::features::approve(cx, &organization, &mut row)?,
        ("ENABLE_ALL_FEATURES", true) => super::features::finalize(cx, &mut organization, &mut row)?,
        _ => return Err(errors::access_denied()),
    }
    Ok(AcceptHandshakeResponse { handshake: Some(shown::handshake(cx, &organization, &row)?) })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeclineHandshake.html>
pub fn decline_handshake(cx: &mut Cx, input: DeclineHandshakeRequest) -> Result<DeclineHandshakeResponse> {
    let DeclineHandshakeRequest { handshake_id } = input;
    let (organization, mut row) = own(cx, &handshake_id)?;
    if organization.management == cx.account() {
        return Err(errors::access_denied());
    }
    settle(cx, &organization, &mut row, "DECLINED")?;
    Ok(DeclineHandshakeResponse { handshake: Some(shown::handshake(cx, &organization, &row)?) })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_CancelHandshake.html>
pub fn cancel_handshake(cx: &mut Cx, input: CancelHandshakeRequest) -> Result<CancelHandshakeResponse> {
    let CancelHandshakeRequest { handshake_id } = input;
    let (mut organization, mut row) = own(cx, &handshake_id)?;
    if organization.management != cx.account() {
        return Err(errors::access_denied());
    }
    settle(cx, &organization, &mut row, "CANCELED")?;
    if organization.row.enabling.as_deref() == Some(row.id.as_str()) {
        super::features::call_off(cx, &mut organization)?;
    }
    Ok(CancelHandshakeResponse { handshake: Some(shown::handshake(cx, &organization, &row)?) })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeHandshake.html>
pub fn describe_handshake(view: &View, input: DescribeHandshakeRequest) -> Result<DescribeHandshakeResponse> {
    let DescribeHandshakeRequest { handshake_id } = input;
    let (organization, row) = own(view, &handshake_id)?;
    Ok(DescribeHandshakeResponse { handshake: Some(shown::handshake(view, &organization, &row)?) })
}

/// Those that ask something of the caller's account, or that it asks.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListHandshakesForAccount.html>
pub fn list_handshakes_for_account(
    view: &View,
    input: ListHandshakesForAccountRequest,
) -> Result<ListHandshakesForAccountResponse> {
    let ListHandshakesForAccountRequest { filter, next_token, max_results } = input;
    let account = view.account().to_string();
    let mut own = Vec::new();
    // The homes of handshakes, each once.
    let homes: Vec<AddressRow> = view.rows(&HANDSHAKE_HOMES, ()).collect::<Result<_>>()?;
    let homes: std::collections::BTreeSet<String> = homes.into_iter().map(|home| home.account).collect();
    for home in homes {
        let Ok(management) = home.parse::<AccountId>() else { continue };
        let Some(organization) = standing::of(view, management)? else { continue };
        for row in rows(view, &organization)? {
            if row.account.as_deref() == Some(account.as_str()) {
                own.push((organization.clone(), row));
            }
        }
    }
    let (handshakes, next_token) = page(view, own, (filter, (next_token, max_results)))?;
    Ok(ListHandshakesForAccountResponse { handshakes: Some(handshakes), next_token })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListHandshakesForOrganization.html>
pub fn list_handshakes_for_organization(
    view: &View,
    input: ListHandshakesForOrganizationRequest,
) -> Result<ListHandshakesForOrganizationResponse> {
    let ListHandshakesForOrganizationRequest { filter, next_token, max_results } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    let all = rows(view, &organization)?.into_iter().map(|row| (organization.clone(), row)).collect();
    let (handshakes, next_token) = page(view, all, (filter, (next_token, max_results)))?;
    Ok(ListHandshakesForOrganizationResponse { handshakes: Some(handshakes), next_token })
}

/// The handshakes of an organisation, in their order.
pub(crate) fn rows(view: &View, organization: &Organization) -> Result<Vec<HandshakeRow>> {
    let rows = view.rows_in(organization.scope(), &HANDSHAKES, ());
    let mut rows: Vec<HandshakeRow> = rows.collect::<Result<_>>()?;
    rows.sort_by_key(|row| row.number);
    Ok(rows)
}

type Asked = (Option<HandshakeFilter>, (Option<String>, Option<i64>));

fn page(
    view: &View,
    all: Vec<(Organization, HandshakeRow)>,
    (filter, asked): Asked,
) -> Result<(Vec<Handshake>, Option<String>)> {
    let HandshakeFilter { action_type, parent_handshake_id } = filter.unwrap_or_default();
    if action_type.is_some() && parent_handshake_id.is_some() {
        return Err(errors::invalid("MAX_LIMIT_EXCEEDED_FILTER"));
    }
    let wanted = |row: &HandshakeRow| {
        action_type.as_ref().is_none_or(|action| row.action == *action)
            && parent_handshake_id.as_ref().is_none_or(|parent| row.parent.as_ref() == Some(parent))
    };
    let all = all.into_iter().filter(|(_, row)| wanted(row)).collect();
    let mark = |(organization, row): &(Organization, HandshakeRow)| {
        format!("{}/{}", organization.management, paging::numbered(row.number))
    };
    let (rows, next) = paging::page(all, asked, mark)?;
    let handshakes = rows.iter().map(|(organization, row)| shown::handshake(view, organization, row));
    Ok((handshakes.collect::<Result<_>>()?, next))
}
