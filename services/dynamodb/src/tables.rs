//! Tables as a whole: how they are looked up and kept.

use crate::address::Address;
use crate::errors;
use crate::state::{LAYOUTS, Layout, NUMBERS, NextNumber, RIGHTS, Rights, TABLES, TableRow};
use service::{Cx, Result, View};

/// A table with all that is kept of it.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The table itself.
    pub row: TableRow,
    /// How its items lie.
    pub layout: Layout,
    /// What decides about access.
    pub rights: Rights,
}

/// A number that this account and region never used for anything: a space, a stream, a table's expiries.
pub fn next_number(cx: &mut Cx) -> Result<i64> {
    let number = cx.get(&NUMBERS, &())?.map_or(1, |row| row.next);
    cx.put(&NUMBERS, &(), &NextNumber { next: number + 1 })?;
    Ok(number)
}

/// The table, in the scope of the view; `None` if there is none.
pub fn find(view: &View, name: &str) -> Result<Option<Whole>> {
    let Some(row) = view.get(&TABLES, name)? else { return Ok(None) };
    let layout = view.get(&LAYOUTS, &row.space)?;
    let rights = view.get(&RIGHTS, format!("table/{name}").as_str())?;
    Ok(layout.zip(rights).map(|(layout, rights)| Whole { row, layout, rights }))
}

/// The table at an address, for the operations on tables themselves.
pub fn at(view: &View, address: &Address) -> Result<Whole> {
    let found = find(&view.elsewhere(address.scope)?, &address.name)?;
    found.ok_or_else(|| errors::table_not_found(&address.name))
}

/// The table of that name in the scope of a transaction, to be changed.
pub fn own(cx: &Cx, name: &str) -> Result<Whole> {
    find(cx, name)?.ok_or_else(|| errors::table_not_found(name))
}

/// Keeps what was changed of a table. Its rights are kept apart, for they decide about access.
pub fn keep(cx: &mut Cx, whole: &Whole) -> Result<()> {
    cx.put(&TABLES, whole.row.name.as_str(), &whole.row)?;
    cx.put(&LAYOUTS, &whole.row.space, &whole.layout)
}
