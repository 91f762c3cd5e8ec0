//! Shares: what is in them, and with whom.

use crate::api::{ResourceShare, ResourceShareAssociation};
use crate::principal::{self, Principal};
use crate::shareable::{NOT_THERE, Shareable};
use crate::source::Source;
use crate::state::{AssociationRow, PlaceRow, RECEIVED, SHARES, ShareRow};
use crate::{errors, invitation, tags};
use service::{Arn, ArnParts, Cx, Place, Result, Scope, View};

pub const ACTIVE: &str = "ACTIVE";
pub const DELETED: &str = "DELETED";
const ASSOCIATED: &str = "ASSOCIATED";
const DISASSOCIATED: &str = "DISASSOCIATED";

const FAILED: &str = "FAILED";

/// A share as an account sees it, and where it lies.
pub struct Seen {
    /// Where.
    pub scope: Scope,
    /// The share.
    pub share: ShareRow,
    /// Whether the account is outside of the owner's organisation.
    pub external: bool,
}

/// A share's ARN.
pub fn arn(view: &View, scope: Scope, id: &str) -> String {
    let resource = format_args!("resource-share/{id}");
    Arn::new(view.scope().partition(), "ram", scope.region, Some(scope.account), resource).to_string()
}

/// The share of this account that an ARN names.
///
/// # Errors
/// `MalformedArnException`, `UnknownResourceException`
pub fn find(view: &View, arn: &str) -> Result<ShareRow> {
    let malformed = || {
        errors::malformed_arn(format!(
            "The specified resource share ARN {arn} is not valid. Verify the ARN and try again."
        ))
    };
    let parts = ArnParts::parse(arn).map_err(|_| malformed())?;
    let id = parts.resource.strip_prefix("resource-share/").filter(|_| parts.service == "ram").ok_or_else(malformed)?;
    let row = view.get(&SHARES, id)?.filter(|_| parts.account == view.account().to_string());
    row.ok_or_else(|| errors::no_share(arn))
}

/// The same, unless it was deleted.
///
/// # Errors
/// As [`find`].
pub fn live(view: &View, arn: &str) -> Result<ShareRow> {
    let row = find(view, arn)?;
    if row.status == ACTIVE { Ok(row) } else { Err(errors::no_share(arn)) }
}

/// Keeps it, as changed now.
pub fn save(cx: &mut Cx, row: &mut ShareRow) -> Result<()> {
    row.updated = cx.now();
    cx.put(&SHARES, row.id.as_str(), row)
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_AssociateResourceShare.html>
const MOST_AT_ONCE: usize = 100;

/// Puts resources in, each with the permission that its type has. What is not there fails to come in, and can be tried again.
///
/// # Errors
/// `ResourceShareLimitExceededException`; those of [`Shareable::is_there`].
pub fn add_resources(cx: &mut Cx, row: &mut ShareRow, resources: Vec<(String, Shareable)>) -> Result<Vec<String>> {
    if resources.len() > MOST_AT_ONCE {
        return Err(errors::too_many_at_once(MOST_AT_ONCE));
    }
    let mut arns = Vec::new();
    for (arn, shareable) in resources {
        let failure = (!shareable.is_there(cx, &arn)?).then(|| NOT_THERE.to_owned());
        if let Some(kind) = shareable.honoured() {
            row.permissions.entry(kind.name.to_owned()).or_insert_with(|| kind.default_permission());
        }
        put(cx, &mut row.resources, AssociationRow { entity: arn.clone(), failure, ..AssociationRow::default() });
        arns.push(arn);
    }
    Ok(arns)
}

/// Gives a share a permission for a type of resource, in place of what it had.
pub fn attach(row: &mut ShareRow, kind: &str, (arn, version): (String, i64)) {
    row.permissions.insert(kind.to_owned(), arn);
    row.versions.get_or_insert_default().insert(kind.to_owned(), version);
}

/// The version of the permission that a share has for a type of resource.
pub fn version(row: &ShareRow, kind: &str) -> i64 {
    row.versions.as_ref().and_then(|versions| versions.get(kind).copied()).unwrap_or(1)
}

/// Lets principals have it; whoever is outside is invited.
///
/// # Errors
/// Those of [`Principal::read`] and [`Principal::is_external`]; `OperationNotPermittedException` for one outside who may not have it.
pub fn add_principals(cx: &mut Cx, row: &mut ShareRow, names: Vec<String>) -> Result<Vec<String>> {
    let own = arn(cx, cx.scope(), &row.id);
    for name in &names {
        let principal = Principal::read(name)?;
        let external = principal.is_external(cx)?;
        if external && !row.allows_external {
            return Err(errors::only_within());
        }
        if let Some(known) = row.principals.iter().find(|one| one.entity == *name && !one.gone)
            && status(cx, known)? != FAILED
        {
            continue;
        }
        row.principals.retain(|one| one.entity != *name);
        let receiver = principal.receiver();
        let invitation = if external { invitation::send(cx, &own, &row.name, &receiver)? } else { String::new() };
        let one = AssociationRow { entity: name.clone(), external, invitation, ..AssociationRow::default() };
        put(cx, &mut row.principals, one);
        let place = PlaceRow { place: Place::of(cx.scope()), share: row.id.clone() };
        cx.put(&RECEIVED, &(receiver, own.clone()), &place)?;
    }
    Ok(names)
}

/// Adds sources from which services may come.
///
/// # Errors
/// Those of [`Source::read`].
pub fn add_sources(view: &View, row: &mut ShareRow, names: Vec<String>) -> Result<Vec<String>> {
    for name in &names {
        Source::read(name)?;
        let one = AssociationRow { entity: name.clone(), ..AssociationRow::default() };
        put(view, row.sources.get_or_insert_default(), one);
    }
    Ok(names)
}

fn put(view: &View, all: &mut Vec<AssociationRow>, one: AssociationRow) {
    let now = view.now();
    if all.iter().any(|known| known.entity == one.entity && is_in(known)) {
        return;
    }
    all.retain(|known| known.entity != one.entity);
    all.push(AssociationRow { created: now, updated: now, ..one });
}

/// Whether it came in and was not taken out.
pub fn is_in(one: &AssociationRow) -> bool {
    !one.gone && one.failure.is_none()
}

/// Takes principals out; answers those that were in. What invites them is withdrawn.
pub fn take_out_principals(cx: &mut Cx, row: &mut ShareRow, names: &[String]) -> Result<Vec<String>> {
    let out = take_out(cx, &mut row.principals, names);
    let own = arn(cx, cx.scope(), &row.id);
    for one in row.principals.iter().filter(|one| out.contains(&one.entity)) {
        invitation::withdraw(cx, &one.invitation)?;
    }
    let receiver = |name: &str| Principal::read(name).map(|principal| principal.receiver());
    let mut still = Vec::new();
    for one in row.principals.iter().filter(|one| !one.gone) {
        still.push(receiver(&one.entity)?);
    }
    for name in &out {
        let receiver = receiver(name)?;
        if !still.contains(&receiver) {
            cx.delete(&RECEIVED, &(receiver, own.clone()))?;
        }
    }
    Ok(out)
}

/// Takes things out; answers those that were in.
pub fn take_out(view: &View, all: &mut [AssociationRow], names: &[String]) -> Vec<String> {
    let now = view.now();
    let found = all.iter_mut().filter(|one| !one.gone && names.contains(&one.entity));
    found
        .map(|one| {
            (one.gone, one.updated) = (true, now);
            one.entity.clone()
        })
        .collect()
}

/// How a resource or principal stands in a share.
pub fn status(view: &View, one: &AssociationRow) -> Result<&'static str> {
    if one.gone {
        return Ok(DISASSOCIATED);
    }
    if one.failure.is_some() {
        return Ok(FAILED);
    }
    if one.invitation.is_empty() {
        return Ok(ASSOCIATED);
    }
    let row = invitation::find(view, &one.invitation)?;
    Ok(match row.as_ref().map(|row| invitation::status(row, view.now())) {
        Some(invitation::ACCEPTED) => ASSOCIATED,
        Some(invitation::PENDING) => "ASSOCIATING",
        _ => FAILED,
    })
}

/// Whether it is in force.
pub fn is_associated(view: &View, one: &AssociationRow) -> Result<bool> {
    Ok(status(view, one)? == ASSOCIATED)
}

/// The shares that this account owns.
pub fn own(view: &View) -> Result<Vec<ShareRow>> {
    view.rows(&SHARES, ()).collect()
}

/// The shares of others that an account has, in this region.
pub fn received(view: &View) -> Result<Vec<Seen>> {
    let mut all: Vec<Seen> = Vec::new();
    for receiver in principal::receivers_of(view, view.account())? {
        let places: Vec<PlaceRow> = view.rows(&RECEIVED, (receiver.clone(),)).collect::<Result<_>>()?;
        for place in places {
            let Some(scope) = place.place.scope() else { continue };
            if scope.region != view.region() || scope.account == view.account() {
                continue;
            }
            let Some(share) = view.get_in(scope, &SHARES, place.share.as_str())? else { continue };
            if share.status == ACTIVE
                && all.iter().all(|one| one.share.id != share.id)
                && let Some(external) = reaches(view, &share, &receiver)?
            {
                all.push(Seen { scope, share, external });
            }
        }
    }
    Ok(all)
}

/// Whether a share is in force for those who look it up under this, and if so, whether they are outside.
fn reaches(view: &View, share: &ShareRow, receiver: &str) -> Result<Option<bool>> {
    for one in &share.principals {
        let own = Principal::read(&one.entity).is_ok_and(|principal| principal.receiver() == receiver);
        if own && is_associated(view, one)? {
            return Ok(Some(one.external));
        }
    }
    Ok(None)
}

/// As the API shows it.
pub fn shown(view: &View, scope: Scope, row: &ShareRow) -> ResourceShare {
    ResourceShare {
        resource_share_arn: Some(arn(view, scope, &row.id)),
        name: Some(row.name.clone()),
        owning_account_id: Some(scope.account.to_string()),
        allow_external_principals: Some(row.allows_external),
        status: Some(row.status.clone()),
        tags: tags::shown(&row.tags).filter(|_| scope.account == view.account()),
        creation_time: Some(row.created),
        last_updated_time: Some(row.updated),
        feature_set: Some("STANDARD".to_owned()),
        ..ResourceShare::default()
    }
}

/// A resource or principal of a share as the API shows it.
pub fn association(
    view: &View,
    (scope, row): (Scope, &ShareRow),
    kind: &str,
    one: &AssociationRow,
) -> Result<ResourceShareAssociation> {
    Ok(ResourceShareAssociation {
        resource_share_arn: Some(arn(view, scope, &row.id)),
        resource_share_name: Some(row.name.clone()),
        associated_entity: Some(one.entity.clone()),
        association_type: Some(kind.to_owned()),
        status: Some(status(view, one)?.to_owned()),
        status_message: one.failure.clone(),
        creation_time: Some(one.created),
        last_updated_time: Some(one.updated),
        external: Some(one.external),
    })
}
