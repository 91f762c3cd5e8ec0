//! What happens later: secrets that were marked for deletion go when their recovery window is over.

use crate::state::{READ, SECRETS, Secret, VERSIONS, Version};
use service::{Cx, Result, Timer, Timestamp};

/// Has a secret deleted.
pub fn delete_on(cx: &mut Cx, name: &str, due: Timestamp) -> Result<()> {
    cx.set_timer(&format!("delete/{name}"), due)
}

/// A secret stays.
pub fn keep(cx: &mut Cx, name: &str) -> Result<()> {
    cx.cancel_timer(&format!("delete/{name}"))
}

/// Fires what fell due.
pub fn fire(cx: &mut Cx, timer: &Timer) -> Result<()> {
    let Some(name) = timer.name.strip_prefix("delete/") else { return Ok(()) };
    let secret = cx.get(&SECRETS, name)?;
    match secret.filter(|secret| secret.deleted_on.is_some()) {
        Some(secret) => remove(cx, &secret),
        None => Ok(()),
    }
}

/// Removes a secret with its versions.
pub fn remove(cx: &mut Cx, secret: &Secret) -> Result<()> {
    let versions: Vec<Version> = cx.rows(&VERSIONS, (secret.name.as_str(),)).collect::<Result<_>>()?;
    for version in versions {
        cx.delete(&VERSIONS, &(secret.name.clone(), version.id))?;
    }
    cx.delete(&READ, &secret.name)?;
    cx.delete(&SECRETS, &secret.name).map(drop)
}
