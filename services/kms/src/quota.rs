//! How many keys an account may have in a region.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html>

use crate::errors;
use crate::state::{COUNTS, CountRow, KEYS, KeyRow};
use service::{Change, Cx, Result, Scope, View};

/// "KMS keys: 100,000 for each account and Region". Those of AWS do not count, replicas do, in each region.
pub const MOST_KEYS: i64 = 100_000;
/// The count's key in its table.
pub const OF_KEYS: &str = "keys";

/// Refuses one key more where the quota is full.
///
/// # Errors
/// `LimitExceededException`.
pub fn check(view: &View, scope: Scope) -> Result<()> {
    match view.get_in(scope, &COUNTS, OF_KEYS)? {
        Some(row) if row.count >= MOST_KEYS => {
            Err(errors::limit_exceeded(format!("You have reached the quota of {MOST_KEYS} KMS keys for this Region.")))
        }
        _ => Ok(()),
    }
}

/// Follows a key that is made or deleted.
pub fn key_changed(cx: &mut Cx, change: &Change<'_, KeyRow>) -> Result<()> {
    let step = match (change.old, change.new) {
        (None, Some(_)) => 1,
        (Some(_), None) => -1,
        _ => return Ok(()),
    };
    let customers = |row: &KeyRow| row.managed_for.is_empty();
    if !change.new.or(change.old).is_some_and(customers) {
        return Ok(());
    }
    let count = match cx.get(&COUNTS, OF_KEYS)? {
        Some(row) => row.count + step,
        // A state from before keys were counted: this change stands in it already.
        None => cx.rows(&KEYS, ()).filter(|row| row.as_ref().map_or(true, customers)).count() as i64,
    };
    cx.put(&COUNTS, OF_KEYS, &CountRow { count })
}
