//! The ends of operations.

use crate::deploy::site::Site;
use crate::deploy::{clean, outputs};
use crate::state::{CHANGE_SETS, Stack};
use crate::{drift, source, timers, words};
use service::template::Template;
use service::{Cx, Result};

/// All resources stand: the outputs are told, and what is left over is deleted.
pub fn deployed(cx: &mut Cx, site: &mut Site, template: &Template) -> Result<()> {
    let outputs = match outputs::of(cx, site, template)? {
        Ok(outputs) => outputs,
        Err(reason) => {
            site.op.reason = Some(reason);
            return Ok(());
        }
    };
    outputs::export(cx, &site.stack, &outputs)?;
    site.stack.outputs = outputs;
    if site.op.kind == "create" {
        return end(cx, site, ("CREATE_COMPLETE", None));
    }
    for (logical, row) in &mut site.rows {
        row.removed = !template.resources.contains_key(logical) || !row.done;
    }
    clean::begin(cx, site)
}

/// Nothing is left to be deleted.
pub fn cleaned(cx: &mut Cx, site: &mut Site) -> Result<bool> {
    let why = words::failed_resources(&site.op.failed);
    let failed = !site.op.failed.is_empty();
    let reason = failed.then_some(why.as_str());
    match (site.op.phase.as_str(), site.op.kind.as_str()) {
        ("clean", _) => {
            site.rows.retain(|_, row| row.body.is_some());
            end(cx, site, ("UPDATE_COMPLETE", None))?;
        }
        ("clean-back", _) => {
            site.rows.retain(|_, row| row.body.is_some());
            end(cx, site, ("UPDATE_ROLLBACK_COMPLETE", None))?;
        }
        (_, "create") if site.stack.on_failure != "DELETE" => {
            let status = if failed { "ROLLBACK_FAILED" } else { "ROLLBACK_COMPLETE" };
            end(cx, site, (status, reason))?;
        }
        _ if failed => end(cx, site, ("DELETE_FAILED", reason))?,
        _ => {
            end(cx, site, ("DELETE_COMPLETE", None))?;
            gone(cx, &mut site.stack)?;
        }
    }
    Ok(false)
}

fn end(cx: &mut Cx, site: &mut Site, (status, reason): (&str, Option<&str>)) -> Result<()> {
    site.op.phase = String::new();
    for row in site.rows.values_mut() {
        (row.former, row.done, row.removed) = (None, false, false);
        row.change.clear();
    }
    timers::stop(cx, &site.stack)?;
    site.stack_event(cx, status, reason)
}

/// A stack is deleted: it is remembered for a while.
fn gone(cx: &mut Cx, stack: &mut Stack) -> Result<()> {
    stack.deleted_at = Some(cx.now());
    outputs::withdraw(cx, stack)?;
    source::forget_imports(cx, stack)?;
    drift::forget(cx, stack)?;
    let sets: Vec<String> =
        cx.rows(&CHANGE_SETS, (stack.uid.clone(),)).map(|set| set.map(|set| set.name)).collect::<Result<_>>()?;
    for name in sets {
        cx.delete(&CHANGE_SETS, &(stack.uid.clone(), name))?;
    }
    timers::forget_later(cx, stack)
}
