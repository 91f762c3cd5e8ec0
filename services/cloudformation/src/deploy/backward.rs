//! An operation has failed: what it changed is changed back, what it made is deleted.

use crate::deploy::site::Site;
use crate::deploy::{clean, step};
use crate::state::{Body, Step};
use crate::words;
use service::{Cx, Result};

/// The operation goes back, or stays as it is where that was wanted.
pub fn begin(cx: &mut Cx, site: &mut Site) -> Result<()> {
    let failed = words::failed_resources(&site.op.failed);
    let why = match &site.op.reason {
        Some(reason) => format!("{}. ", reason.trim_end_matches('.')),
        None => failed,
    };
    let reset = |site: &mut Site, phase: &str| {
        site.op.phase = phase.to_owned();
        site.rows.values_mut().for_each(|row| row.done = false);
    };
    if site.op.kind == "update" {
        if site.op.disable_rollback {
            site.op.phase = String::new();
            return site.stack_event(cx, "UPDATE_FAILED", Some(&why));
        }
        reset(site, "back");
        if let Some(before) = site.op.before.take() {
            site.stack.source = before;
        }
        site.op.failed.clear();
        return site.stack_event(cx, "UPDATE_ROLLBACK_IN_PROGRESS", Some(why.trim_end()));
    }
    let on_failure = site.stack.on_failure.clone();
    match on_failure.as_str() {
        "DO_NOTHING" => {
            site.op.phase = String::new();
            site.stack_event(cx, "CREATE_FAILED", Some(&why))
        }
        on_failure => {
            reset(site, "delete");
            site.rows.values_mut().for_each(|row| row.removed = true);
            site.op.failed.clear();
            let (status, verb) = match on_failure {
                "DELETE" => ("DELETE_IN_PROGRESS", "Delete"),
                _ => ("ROLLBACK_IN_PROGRESS", "Rollback"),
            };
            site.stack_event(cx, status, Some(&format!("{why}{verb} requested by user.")))
        }
    }
}

/// Begins what can be begun of the way back, and tells whether anything has changed.
pub fn advance(cx: &mut Cx, site: &mut Site) -> Result<bool> {
    if !site.op.failed.is_empty() {
        return if site.is_busy() { Ok(false) } else { stuck(cx, site).map(|()| true) };
    }
    let is_done = |site: &Site, name: &String| site.rows.get(name).is_none_or(|row| row.done || row.former.is_none());
    let next: Vec<String> = site
        .rows
        .values()
        .filter(|row| !row.done && row.step.is_none())
        .filter(|row| row.former.as_ref().is_none_or(|former| former.needs.iter().all(|need| is_done(site, need))))
        .map(|row| row.logical.clone())
        .collect();
    if next.is_empty() {
        if site.is_busy() {
            return Ok(false);
        }
        if site.rows.values().all(|row| row.done) {
            clean::begin(cx, site)?;
            return Ok(true);
        }
    }
    // What is changed back may need itself in its former form only through what is left: then the order no longer counts.
    let next = if next.is_empty() { site.rows.keys().cloned().collect() } else { next };
    for logical in next {
        restore(cx, site, &logical)?;
    }
    Ok(true)
}

fn restore(cx: &mut Cx, site: &mut Site, logical: &str) -> Result<()> {
    let skipped = site.op.skip.contains(&logical.to_owned());
    let Some(row) = site.rows.get_mut(logical).filter(|row| !row.done) else { return Ok(()) };
    let former = row.former.clone();
    match (row.change.as_str(), former) {
        ("updated", Some(former)) if !skipped => {
            let wanted = Body { id: row.body.as_ref().map(|body| body.id.clone()).unwrap_or_default(), ..former };
            site.resource_event(cx, (logical, Some(&wanted)), "UPDATE_IN_PROGRESS", None)?;
            step::begin(cx, site, logical, ("update", wanted))
        }
        ("updated", Some(former)) => {
            (row.body, row.former, row.done) = (Some(former.clone()), None, true);
            row.change.clear();
            site.resource_event(cx, (logical, Some(&former)), "UPDATE_COMPLETE", None)
        }
        ("replaced", Some(former)) => {
            // The old one still stands; the new one is deleted with the rest.
            row.former = row.body.replace(former.clone());
            row.done = true;
            site.resource_event(cx, (logical, Some(&former)), "UPDATE_COMPLETE", None)
        }
        _ => {
            row.removed = row.change == "created" || row.body.is_none();
            row.done = true;
            let body = row.body.clone();
            // A change that failed before anything was changed is told of as undone.
            if row.status == "UPDATE_FAILED" {
                site.resource_event(cx, (logical, body.as_ref()), "UPDATE_COMPLETE", None)?;
            }
            Ok(())
        }
    }
}

/// A resource was changed back, or could not be.
pub fn restored(cx: &mut Cx, site: &mut Site, (logical, step): (&str, Step), end: Result<(), String>) -> Result<()> {
    let Some(row) = site.rows.get_mut(logical) else { return Ok(()) };
    match end {
        Ok(()) => {
            let before = row.body.replace(step.body.clone());
            (row.former, row.done) = (None, true);
            row.change.clear();
            // To change it back made another one: that which it was goes.
            if let Some(before) = before.filter(|before| before.id != step.body.id) {
                (row.former, row.change) = (Some(before), "replaced".to_owned());
            }
            site.resource_event(cx, (logical, Some(&step.body)), "UPDATE_COMPLETE", None)
        }
        Err(reason) => {
            site.op.failed.insert(logical.to_owned(), "update".to_owned());
            site.resource_event(cx, (logical, Some(&step.body)), "UPDATE_FAILED", Some(&reason))
        }
    }
}

/// The way back has failed too: what is being done stays, for `ContinueUpdateRollback`.
fn stuck(cx: &mut Cx, site: &mut Site) -> Result<()> {
    let why = words::failed_resources(&site.op.failed);
    site.op.failed.clear();
    site.op.phase = "stuck".to_owned();
    site.stack_event(cx, "UPDATE_ROLLBACK_FAILED", Some(&why))
}
