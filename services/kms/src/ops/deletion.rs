//! Deletion, after a waiting period.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html>

use crate::api::*;
use crate::key::State;
use crate::names::{self, Forms};
use crate::{errors, rotation};
use service::{Cx, Result};

/// Days of the waiting period where none are given.
pub(crate) const USUAL_DAYS: i64 = 30;
const SHORTEST_DAYS: i64 = 7;

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html>
pub fn schedule_key_deletion(cx: &mut Cx, input: ScheduleKeyDeletionRequest) -> Result<ScheduleKeyDeletionResponse> {
    let ScheduleKeyDeletionRequest { key_id, pending_window_in_days } = input;
    let days = pending_window_in_days.unwrap_or(USUAL_DAYS);
    if !(SHORTEST_DAYS..=USUAL_DAYS).contains(&days) {
        let text = format!("PendingWindowInDays must be between {SHORTEST_DAYS} and {USUAL_DAYS}, but it is {days}.");
        return Err(errors::validation(text));
    }
    let mut key = names::key(cx, &key_id, Forms::Keys)?;
    key.check_not_pending_deletion()?;
    key.row.deletion_window_days = Some(days);
    // The waiting period of a primary begins when its last replica is gone.
    let waits_for_replicas = !key.is_replica() && !key.row.replica_regions.is_empty();
    key.row.deletion_at = (!waits_for_replicas).then(|| rotation::days_after(cx.now(), days));
    key.row.enabled = false;
    key.save(cx)?;
    Ok(ScheduleKeyDeletionResponse {
        key_id: Some(key.arn()),
        deletion_date: key.row.deletion_at,
        key_state: Some(key.state().name().to_owned()),
        pending_window_in_days: Some(days),
    })
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html>
pub fn cancel_key_deletion(cx: &mut Cx, input: CancelKeyDeletionRequest) -> Result<CancelKeyDeletionResponse> {
    let CancelKeyDeletionRequest { key_id } = input;
    let mut key = names::key(cx, &key_id, Forms::Keys)?;
    if !matches!(key.state(), State::PendingDeletion | State::PendingReplicaDeletion) {
        return Err(errors::invalid_state(format!("{} is not pending deletion.", key.arn())));
    }
    (key.row.deletion_at, key.row.deletion_window_days) = (None, None);
    key.save(cx)?;
    Ok(CancelKeyDeletionResponse { key_id: Some(key.arn()) })
}
