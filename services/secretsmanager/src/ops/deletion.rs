//! Deleting secrets, and getting them back.

use crate::address::{self, Address};
use crate::api::*;
use crate::state::SECRETS;
use crate::{errors, timers};
use service::{Cx, Duration, Result};

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html>
pub fn delete_secret(cx: &mut Cx, input: DeleteSecretRequest) -> Result<DeleteSecretResponse> {
    let DeleteSecretRequest { secret_id, recovery_window_in_days, force_delete_without_recovery } = input;
    let force = force_delete_without_recovery.unwrap_or(false);
    let days = recovery_window_in_days.unwrap_or(30);
    if !(7..=30).contains(&days) {
        let text = "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).";
        return Err(errors::invalid(text));
    }
    if force && recovery_window_in_days.is_some() {
        let text = "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.";
        return Err(errors::invalid(text));
    }
    let now = cx.now();
    let address = Address::of(cx, &secret_id);
    if force && address.find(cx)?.is_none() {
        // "If you forcibly delete an already deleted or nonexistent secret, the operation does not return ResourceNotFoundException."
        let (arn, name) = (Some(address.arn(None)), Some(address.asked));
        return Ok(DeleteSecretResponse { arn, name, deletion_date: Some(now) });
    }
    let mut secret = address::own(cx, &secret_id)?;
    let arn = Some(address::arn(cx.scope(), &secret));
    if force {
        timers::keep(cx, &secret.name)?;
        timers::remove(cx, &secret)?;
        return Ok(DeleteSecretResponse { arn, name: Some(secret.name), deletion_date: Some(now) });
    }
    if secret.deleted_on.is_some() {
        let text = "You tried to perform the operation on a secret that's currently marked deleted.";
        return Err(errors::refused(text));
    }
    let due = now.after(Duration::from_secs(days.unsigned_abs() * 86_400));
    secret.deleted_on = Some(due);
    timers::delete_on(cx, &secret.name, due)?;
    cx.put(&SECRETS, &secret.name.clone(), &secret)?;
    Ok(DeleteSecretResponse { arn, name: Some(secret.name), deletion_date: Some(due) })
}

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html>
pub fn restore_secret(cx: &mut Cx, input: RestoreSecretRequest) -> Result<RestoreSecretResponse> {
    let RestoreSecretRequest { secret_id } = input;
    let mut secret = address::own(cx, &secret_id)?;
    if secret.deleted_on.take().is_some() {
        timers::keep(cx, &secret.name)?;
        cx.put(&SECRETS, &secret.name.clone(), &secret)?;
    }
    Ok(RestoreSecretResponse { arn: Some(address::arn(cx.scope(), &secret)), name: Some(secret.name) })
}
