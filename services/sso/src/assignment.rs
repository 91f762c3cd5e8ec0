//! Who has which permission set in which account.

use crate::state::{ASSIGNMENTS, AssignmentKey, AssignmentRow, BY_PRINCIPAL};
use service::{Cx, Result, View};

fn keys(instance: &str, row: &AssignmentRow) -> (AssignmentKey, AssignmentKey) {
    let AssignmentRow { account, set, principal_type, principal } = row.clone();
    let (first, second) = ((account, set), (principal_type, principal));
    (
        (instance.to_owned(), (first.0.clone(), first.1.clone(), second.clone())),
        (instance.to_owned(), (second.0, second.1, first)),
    )
}

/// Keeps an assignment.
pub fn put(cx: &mut Cx, instance: &str, row: &AssignmentRow) -> Result<()> {
    let (by_account, by_principal) = keys(instance, row);
    cx.put(&ASSIGNMENTS, &by_account, row)?;
    cx.put(&BY_PRINCIPAL, &by_principal, row)
}

/// Takes an assignment away, and tells whether it was there.
pub fn remove(cx: &mut Cx, instance: &str, row: &AssignmentRow) -> Result<bool> {
    let (by_account, by_principal) = keys(instance, row);
    cx.delete(&BY_PRINCIPAL, &by_principal)?;
    cx.delete(&ASSIGNMENTS, &by_account)
}

/// Whether anybody has this set in this account.
pub fn any(view: &View, instance: &str, account: &str, set: &str) -> Result<bool> {
    let prefix = (instance.to_owned(), (account.to_owned(), set.to_owned()));
    Ok(view.rows(&ASSIGNMENTS, prefix).next().transpose()?.is_some())
}

/// Whether anybody has this set anywhere.
pub fn anywhere(view: &View, instance: &str, set: &str) -> Result<bool> {
    for row in view.rows(&ASSIGNMENTS, (instance.to_owned(),)) {
        if row?.set == set {
            return Ok(true);
        }
    }
    Ok(false)
}

/// All assignments of a user or group.
pub fn of_principal(view: &View, instance: &str, (kind, id): (&str, &str)) -> Result<Vec<AssignmentRow>> {
    let prefix = (instance.to_owned(), (kind.to_owned(), id.to_owned()));
    view.rows_in(view.scope(), &BY_PRINCIPAL, prefix).collect()
}
