//! What lies above an account or OU.

use crate::errors;
use crate::ids::{self, Named};
use crate::standing::Organization;
use crate::state::{ACCOUNTS, AccountRow, UNITS, UnitRow};
use service::{Error, Result, View};

/// OUs are nested so deep, the root not counted.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
pub const DEEPEST: usize = 5;

/// A root, OU or account.
#[derive(Debug, Clone)]
pub enum Node {
    /// The root.
    Root,
    /// An OU.
    Unit(UnitRow),
    /// An account.
    Account(AccountRow),
}

impl Node {
    /// The word of the API: `ROOT`, `ORGANIZATIONAL_UNIT` or `ACCOUNT`.
    pub fn word(&self) -> &'static str {
        match self {
            Node::Root => "ROOT",
            Node::Unit(_) => "ORGANIZATIONAL_UNIT",
            Node::Account(_) => "ACCOUNT",
        }
    }
}

/// The root, OU or account by its id; `None` where there is none.
pub fn find(view: &View, organization: &Organization, id: &str) -> Result<Option<Node>> {
    let scope = organization.scope();
    Ok(match ids::kind_of(id) {
        Some(Named::Root) if organization.row.root == id => Some(Node::Root),
        Some(Named::Unit) => view.get_in(scope, &UNITS, id)?.map(Node::Unit),
        Some(Named::Account) => view.get_in(scope, &ACCOUNTS, id)?.map(Node::Account),
        _ => None,
    })
}

/// An OU by its id.
pub fn unit(view: &View, organization: &Organization, id: &str) -> Result<UnitRow> {
    ids::check(id, &[Named::Unit]).map_err(|_| errors::no_unit())?;
    view.get_in(organization.scope(), &UNITS, id)?.ok_or_else(errors::no_unit)
}

/// An account by its id.
pub fn account(view: &View, organization: &Organization, id: &str) -> Result<AccountRow> {
    ids::check(id, &[Named::Account]).map_err(|_| errors::invalid("INVALID_PATTERN"))?;
    view.get_in(organization.scope(), &ACCOUNTS, id)?.ok_or_else(errors::no_account)
}

/// Fails unless the id is that of the root or of an OU.
pub fn check_parent(view: &View, organization: &Organization, id: &str, missing: fn() -> Error) -> Result<()> {
    ids::check(id, &[Named::Root, Named::Unit])?;
    find(view, organization, id)?.map(drop).ok_or_else(missing)
}

/// The ids from the root down to a parent, itself included.
pub fn down_to(view: &View, organization: &Organization, parent: &str) -> Result<Vec<String>> {
    let mut path = vec![parent.to_owned()];
    let mut at = parent.to_owned();
    // A parent is always above its child; the bound keeps a damaged row from going round.
    for _ in 0..=DEEPEST {
        if at == organization.row.root {
            break;
        }
        let above = view.get_in(organization.scope(), &UNITS, at.as_str())?;
        at = above.ok_or_else(|| Error::internal(format!("{at} is above something and is not there")))?.parent;
        path.push(at.clone());
    }
    path.reverse();
    Ok(path)
}

/// The path of what lies in a parent, as condition keys have it: `o-…/r-…/ou-…/`.
pub fn path(view: &View, organization: &Organization, parent: &str) -> Result<String> {
    let mut path = format!("{}/", organization.row.id);
    for id in down_to(view, organization, parent)? {
        path.push_str(&id);
        path.push('/');
    }
    Ok(path)
}

/// The OUs directly in a parent, in their order.
pub fn units_in(view: &View, organization: &Organization, parent: &str) -> Result<Vec<UnitRow>> {
    let rows = view.rows_in(organization.scope(), &UNITS, ());
    let mut units: Vec<UnitRow> = rows.filter(|row| within(row, |row| &row.parent, parent)).collect::<Result<_>>()?;
    units.sort_by_key(|unit| unit.number);
    Ok(units)
}

/// The accounts of the organisation, in their order.
pub fn accounts(view: &View, organization: &Organization) -> Result<Vec<AccountRow>> {
    let rows = view.rows_in(organization.scope(), &ACCOUNTS, ());
    let mut accounts: Vec<AccountRow> = rows.collect::<Result<_>>()?;
    accounts.sort_by_key(|account| account.number);
    Ok(accounts)
}

/// The accounts directly in a parent, in their order.
pub fn accounts_in(view: &View, organization: &Organization, parent: &str) -> Result<Vec<AccountRow>> {
    let all = accounts(view, organization)?;
    Ok(all.into_iter().filter(|account| account.parent == parent).collect())
}

fn within<T>(row: &Result<T>, of: impl Fn(&T) -> &String, parent: &str) -> bool {
    row.as_ref().map_or(true, |row| of(row) == parent)
}
