//! Instances: which there are, and whose.
//!
//! On AWS an organisation's instance is enabled in the console, and its ARN then stands in people's templates. So where an account
//! has none in a region, the first request that writes into one, by whatever ARN, enables it, as the console would have.

use crate::errors;
use crate::state::{INSTANCES, InstanceRow};
use crate::{organization, peers, place};
use service::{AccountId, Arn, Cx, Region, Result, Scope, View};

/// The id in the ARN of an instance, or of what belongs to one.
pub fn id_in(arn: &str) -> &str {
    arn.split('/').nth(1).unwrap_or_default()
}

/// An instance's ARN.
pub fn arn(view: &View, id: &str) -> Arn {
    Arn::new(view.scope().partition(), "sso", Region::GLOBAL, None, format_args!("instance/{id}"))
}

/// The ARN of an instance's identity store.
pub fn store_arn(view: &View, owner: AccountId, store: &str) -> String {
    let resource = format_args!("identitystore/{store}");
    Arn::new(view.scope().partition(), "identitystore", Region::GLOBAL, Some(owner), resource).to_string()
}

/// Hexadecimal digits by a request's own chance.
pub fn digits(cx: &mut Cx, count: usize) -> String {
    cx.entropy().text("0123456789abcdef", count)
}

/// The instance that this account has in this region.
pub fn own(view: &View) -> Result<Option<InstanceRow>> {
    view.rows(&INSTANCES, ()).next().transpose()
}

/// The instance of the organisation that this account is in, with its owner.
pub fn of_organization(view: &View) -> Result<Option<(AccountId, InstanceRow)>> {
    let Some(owner) = organization::management(view, view.account())? else { return Ok(None) };
    let found = view.rows_in(Scope::new(owner, view.region()), &INSTANCES, ()).next().transpose()?;
    Ok(found.filter(|row| row.of_organization).map(|row| (owner, row)))
}

/// The instance that an ARN names, to be read.
///
/// # Errors
/// `ResourceNotFoundException` where this account has another.
pub fn known(view: &View, arn: &str) -> Result<InstanceRow> {
    let id = id_in(arn);
    match own(view)? {
        Some(row) if row.id == id => Ok(row),
        Some(_) => Err(errors::no_instance(id)),
        None if place::find(view, id)?.is_some() => Err(errors::no_instance(id)),
        None => enabled(view, id),
    }
}

/// The same, to be written into.
///
/// # Errors
/// `ResourceNotFoundException`
pub fn written(cx: &mut Cx, arn: &str) -> Result<InstanceRow> {
    let row = known(cx, arn)?;
    if own(cx)?.is_none() {
        save_new(cx, &row)?;
    }
    Ok(row)
}

/// The same, with permission sets.
///
/// # Errors
/// `ResourceNotFoundException`; `ValidationException` for an account's instance without them.
pub fn with_sets(view: &View, arn: &str) -> Result<InstanceRow> {
    let row = known(view, arn)?;
    if row.has_sets { Ok(row) } else { Err(errors::sets_disabled()) }
}

/// [`with_sets`], to be written into.
///
/// # Errors
/// As [`with_sets`].
pub fn written_with_sets(cx: &mut Cx, arn: &str) -> Result<InstanceRow> {
    let row = written(cx, arn)?;
    if row.has_sets { Ok(row) } else { Err(errors::sets_disabled()) }
}

/// Keeps an instance that is new.
pub fn save_new(cx: &mut Cx, row: &InstanceRow) -> Result<()> {
    place::put(cx, &row.id, &row.id)?;
    place::put(cx, &row.store, &row.id)?;
    cx.put(&INSTANCES, row.id.as_str(), row)
}

/// An instance as the console would have enabled it. Its store is the one that people named before, or goes by the instance's id.
fn enabled(view: &View, id: &str) -> Result<InstanceRow> {
    let manages = organization::management(view, view.account())? == Some(view.account());
    let letters = id.rsplit('-').next().unwrap_or_default().bytes();
    let digits: String =
        letters.take(10).map(|b| char::from_digit(u32::from(b & 15), 16).unwrap_or_default()).collect();
    let store = peers::named_store(view)?.unwrap_or_else(|| format!("d-{digits:0<10}"));
    Ok(InstanceRow {
        id: id.to_owned(),
        store,
        created: view.now().whole_secs(),
        of_organization: manages,
        has_sets: true,
        ..InstanceRow::default()
    })
}

/// Whether permission sets of this instance can be assigned in an account.
pub fn reaches(view: &View, row: &InstanceRow, account: &str) -> Result<bool> {
    if account == view.account().to_string() {
        return Ok(true);
    }
    if !row.of_organization {
        return Ok(false);
    }
    Ok(organization::account(view, view.account(), account)?.is_some_and(|account| account.is_active))
}
