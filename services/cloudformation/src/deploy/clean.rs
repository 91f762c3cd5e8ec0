//! Resources are deleted, each once nothing is left that needs it.

use crate::deploy::site::Site;
use crate::deploy::{finish, hear, step};
use crate::state::{Body, Resource, Step};
use crate::{fronts, kinds};
use service::{Cx, Result};

/// After an update, or the way back from one: what nobody needs any more is deleted.
pub fn begin(cx: &mut Cx, site: &mut Site) -> Result<()> {
    let (phase, status) = match site.op.phase.as_str() {
        "back" => ("clean-back", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
        _ => ("clean", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
    };
    site.op.phase = phase.to_owned();
    site.op.failed.clear();
    site.rows.values_mut().for_each(|row| row.done = false);
    site.stack_event(cx, status, None)
}

/// What of a resource is to be deleted: itself, or what it was before it was replaced.
fn doomed(row: &Resource) -> Option<(&Body, bool)> {
    if row.done {
        return None;
    }
    match (&row.body, &row.former) {
        (_, Some(former)) if row.change == "replaced" => Some((former, true)),
        (Some(body), _) if row.removed => Some((body, false)),
        _ => None,
    }
}

/// Begins what can be begun, and tells whether anything has changed.
pub fn advance(cx: &mut Cx, site: &mut Site) -> Result<bool> {
    let left: Vec<(String, Body, bool)> = site
        .rows
        .values()
        .filter_map(|row| doomed(row).map(|(body, former)| (row.logical.clone(), body.clone(), former)))
        .collect();
    if left.is_empty() {
        // What was never made is gone without a call.
        let unmade: Vec<String> = site
            .rows
            .values()
            .filter(|r| r.removed && !r.done && r.body.is_none())
            .map(|r| r.logical.clone())
            .collect();
        for logical in &unmade {
            done(site, logical);
            site.resource_event(cx, (logical, None), "DELETE_COMPLETE", None)?;
        }
        return if unmade.is_empty() { finish::cleaned(cx, site) } else { Ok(true) };
    }
    let under_way = |logical: &str| site.rows.get(logical).is_some_and(|row| row.step.is_some());
    let free = |logical: &str| {
        !left.iter().any(|(other, body, _)| other != logical && body.needs.iter().any(|n| n == logical))
    };
    let mut next: Vec<(String, Body, bool)> =
        left.iter().filter(|(logical, ..)| !under_way(logical) && free(logical)).cloned().collect();
    if next.is_empty() {
        if site.is_busy() {
            return Ok(false);
        }
        // Old and new needs may form a circle that no template has: then all that is left goes at once.
        next = left;
    }
    for (logical, body, former) in next {
        delete(cx, site, &logical, (body, former))?;
    }
    Ok(true)
}

fn delete(cx: &mut Cx, site: &mut Site, logical: &str, (body, former): (Body, bool)) -> Result<()> {
    if is_kept(site, logical, (&body, former)) {
        tell(cx, site, (logical, &body, former), ("DELETE_SKIPPED", None))?;
        forget(site, logical, former);
        return Ok(());
    }
    tell(cx, site, (logical, &body, former), ("DELETE_IN_PROGRESS", None))?;
    match former {
        true => step::begin_of_former(cx, site, logical, body),
        false => step::begin(cx, site, logical, ("delete", body)),
    }
}

/// Whether a resource stays although it leaves the stack.
fn is_kept(site: &Site, logical: &str, (body, former): (&Body, bool)) -> bool {
    if site.op.kind == "delete" && site.op.skip.iter().any(|name| name == logical) {
        return true;
    }
    let created_now = site.rows.get(logical).is_some_and(|row| row.change == "created");
    let policy = if former && site.op.phase == "clean" { &body.update_replace_policy } else { &body.deletion_policy };
    // A replacement that is taken back was made by this very operation.
    let made_now = created_now || (former && site.op.phase == "clean-back") || site.op.kind == "create";
    match policy.as_str() {
        "Retain" => !(made_now && site.stack.retain_except_on_create),
        "RetainExceptOnCreate" => !made_now,
        _ => false,
    }
}

/// A resource was deleted, or could not be.
pub fn deleted(cx: &mut Cx, site: &mut Site, (logical, step): (&str, Step), end: Result<(), String>) -> Result<()> {
    let what = (logical, &step.body, step.of_former);
    match end {
        Ok(()) => {
            if site.rows.get(logical).is_some_and(|row| row.kind == kinds::HANDLE) {
                hear::forget_signals(cx, fronts::secret_of(&step.body.id))?;
            }
            tell(cx, site, what, ("DELETE_COMPLETE", None))?;
            forget(site, logical, step.of_former);
        }
        Err(reason) => {
            site.op.failed.insert(logical.to_owned(), "delete".to_owned());
            done(site, logical);
            tell(cx, site, what, ("DELETE_FAILED", Some(&reason)))?;
        }
    }
    Ok(())
}

/// Tells of a deletion. That of what was replaced says nothing of the resource that stands.
fn tell(
    cx: &mut Cx,
    site: &mut Site,
    (logical, body, former): (&str, &Body, bool),
    (status, reason): (&str, Option<&str>),
) -> Result<()> {
    let before = site.rows.get(logical).map(|row| (row.status.clone(), row.status_reason.clone()));
    site.resource_event(cx, (logical, Some(body)), status, reason)?;
    if let Some((row, before)) = site.rows.get_mut(logical).zip(before).filter(|_| former) {
        (row.status, row.status_reason) = before;
    }
    Ok(())
}

fn forget(site: &mut Site, logical: &str, former: bool) {
    let Some(row) = site.rows.get_mut(logical) else { return };
    if former {
        row.former = None;
        row.change.clear();
    } else {
        row.body = None;
        row.done = true;
    }
}

fn done(site: &mut Site, logical: &str) {
    if let Some(row) = site.rows.get_mut(logical) {
        row.done = true;
    }
}
