//! What happens later: keys are deleted, rotate, and lose material that expires.

use crate::key::{Key, State};
use crate::state::{ALIASES, KEYS, KeyRow, SEALS};
use crate::{grants, imports, material, names, quota, rotation};
use service::{Change, Cx, Result, Scope, Timer};

/// Fires what fell due.
pub fn fire(cx: &mut Cx, timer: &Timer) -> Result<()> {
    match timer.name.split('/').collect::<Vec<_>>().as_slice() {
        ["delete", key] => delete(cx, key),
        ["rotate", key] => rotation::fire(cx, key),
        ["expire", key, material] => imports::expire(cx, key, material),
        _ => Ok(()),
    }
}

/// Follows a key's row: whatever changes it, it is counted and its timers stand as it says.
pub fn key_changed(cx: &mut Cx, change: Change<'_, KeyRow>) -> Result<()> {
    quota::key_changed(cx, &change)?;
    let Some(id) = change.new.or(change.old).map(|row| row.id.clone()) else { return Ok(()) };
    let (delete, rotate) = (format!("delete/{id}"), format!("rotate/{id}"));
    let state = change.new.map(|row| Key { scope: cx.scope(), row: row.clone() }.state());
    match change.new.and_then(|row| row.deletion_at) {
        Some(at) => cx.set_timer(&delete, at)?,
        None => cx.cancel_timer(&delete)?,
    }
    match change.new.and_then(|row| row.rotation.as_ref()).filter(|_| state == Some(State::Enabled)) {
        Some(rotation) => cx.set_timer(&rotate, rotation.next_at),
        None => cx.cancel_timer(&rotate),
    }
}

/// Deletes a key whose waiting period has ended, with all that hangs on it: its material above all.
fn delete(cx: &mut Cx, id: &str) -> Result<()> {
    let Some(key) = names::find(cx, cx.scope(), id)? else { return Ok(()) };
    if key.row.deletion_at.is_none_or(|at| at > cx.now()) {
        return Ok(());
    }
    material::delete_all(cx, id)?;
    cx.delete(&SEALS, id)?;
    for alias in &key.row.aliases {
        cx.delete(&ALIASES, alias.as_str())?;
    }
    grants::delete_all(cx, id)?;
    cx.delete(&KEYS, id)?;
    leave_family(cx, &key)
}

/// A replica that is gone is no longer named by its relatives. The waiting period of a primary begins when its last
/// replica is gone.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html#deleting-mrks>
fn leave_family(cx: &mut Cx, gone: &Key) -> Result<()> {
    let relatives: Vec<Scope> = gone.family().into_iter().filter(|scope| *scope != gone.scope).collect();
    for scope in relatives {
        let Some(mut key) = names::find(cx, scope, &gone.row.id)? else { continue };
        key.row.replica_regions.retain(|region| region != gone.scope.region.as_str());
        if key.state() == State::PendingReplicaDeletion && key.row.replica_regions.is_empty() {
            let days = key.row.deletion_window_days.unwrap_or_default();
            key.row.deletion_at = Some(rotation::days_after(cx.now(), days));
        }
        key.save(cx)?;
    }
    Ok(())
}
