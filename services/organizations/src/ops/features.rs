//! From consolidated billing to all features.
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_org_support-all-features.html>

use super::handshakes;
use crate::api::*;
use crate::standing::{self, Organization, Reach};
use crate::state::HandshakeRow;
use crate::{errors, ids, peers, shown, timers, tree};
use service::{Cx, Duration, IndexMap, Result};

/// How long the accounts can answer.
const ANSWERABLE: Duration = Duration::from_secs(90 * 86_400);

/// Every invited account is asked. Where there is none, nothing is left but to finalise.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnableAllFeatures.html>
pub fn enable_all_features(cx: &mut Cx, input: EnableAllFeaturesRequest) -> Result<EnableAllFeaturesResponse> {
    let EnableAllFeaturesRequest {} = input;
    let mut organization = standing::open(cx, Reach::Management)?;
    if organization.has_all_features() {
        return Err(errors::handshake("ORGANIZATION_ALREADY_HAS_ALL_FEATURES"));
    }
    if organization.row.enabling.is_some() {
        return Err(errors::handshake("ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION"));
    }
    let mut invited = tree::accounts(cx, &organization)?;
    invited.retain(|account| account.method == "INVITED" && !organization.is_managed_by(&account.id));
    let state = if invited.is_empty() { "OPEN" } else { "REQUESTED" };
    let whole = begin(cx, &mut organization, ("ENABLE_ALL_FEATURES", state), (None, None))?;
    for account in invited {
        let part = (Some(whole.id.clone()), Some(account.id));
        begin(cx, &mut organization, ("APPROVE_ALL_FEATURES", "OPEN"), part)?;
    }
    organization.row.enabling = Some(whole.id.clone());
    organization.save(cx)?;
    Ok(EnableAllFeaturesResponse { handshake: Some(shown::handshake(cx, &organization, &whole)?) })
}

fn begin(
    cx: &mut Cx,
    organization: &mut Organization,
    (action, state): (&str, &str),
    (parent, account): (Option<String>, Option<String>),
) -> Result<HandshakeRow> {
    let row = HandshakeRow {
        id: format!("h-{}", ids::draw(cx, 32)),
        action: action.to_owned(),
        state: state.to_owned(),
        party: account.as_ref().map(|_| "ACCOUNT".to_owned()),
        named: account.clone(),
        account,
        notes: None,
        tags: IndexMap::new(),
        parent,
        requested: cx.now(),
        expires: cx.now().after(ANSWERABLE),
        number: organization.number(),
    };
    handshakes::save(cx, organization, &row)?;
    timers::expire_at(cx, organization, &row.id, row.expires)?;
    Ok(row)
}

/// An invited account agrees. With the last one the management account can finalise.
pub(crate) fn approve(cx: &mut Cx, organization: &Organization, row: &mut HandshakeRow) -> Result<()> {
    handshakes::settle(cx, organization, row, "ACCEPTED")?;
    peers::make_linked_role(cx)?;
    let all = handshakes::rows(cx, organization)?;
    let open = all.iter().any(|other| other.parent == row.parent && other.state != "ACCEPTED");
    let whole = all.into_iter().find(|other| Some(&other.id) == row.parent.as_ref() && other.state == "REQUESTED");
    match whole {
        Some(mut whole) if !open => {
            whole.state = "OPEN".to_owned();
            handshakes::save(cx, organization, &whole)
        }
        _ => Ok(()),
    }
}

/// The organisation has all features from now on.
pub(crate) fn finalize(cx: &mut Cx, organization: &mut Organization, row: &mut HandshakeRow) -> Result<()> {
    handshakes::settle(cx, organization, row, "ACCEPTED")?;
    peers::make_linked_role(cx)?;
    organization.row.feature_set = "ALL".to_owned();
    organization.row.enabling = None;
    organization.save(cx)
}

/// The management account thinks otherwise: whoever was asked need not answer any more.
pub(crate) fn call_off(cx: &mut Cx, organization: &mut Organization) -> Result<()> {
    let whole = organization.row.enabling.take();
    for mut row in handshakes::rows(cx, organization)? {
        if row.parent.is_some() && row.parent == whole && row.state == "OPEN" {
            handshakes::settle(cx, organization, &mut row, "CANCELED")?;
        }
    }
    organization.save(cx)
}
