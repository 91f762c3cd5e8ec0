//! How long log groups keep their events.

use crate::address::group;
use crate::api::*;
use crate::errors;
use crate::retention::{DAYS, changed};
use crate::state::GROUPS;
use service::{Cx, Nothing, Result};

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
pub fn put_retention_policy(cx: &mut Cx, input: PutRetentionPolicyRequest) -> Result<Nothing> {
    let PutRetentionPolicyRequest { log_group_name, retention_in_days: days } = input;
    if !DAYS.contains(&days) {
        let rule = format!("satisfy enum value set: {DAYS:?}");
        return Err(errors::constraint(&days.to_string(), "retentionInDays", &rule));
    }
    set(cx, &log_group_name, Some(days))
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html>
pub fn delete_retention_policy(cx: &mut Cx, input: DeleteRetentionPolicyRequest) -> Result<Nothing> {
    let DeleteRetentionPolicyRequest { log_group_name } = input;
    set(cx, &log_group_name, None)
}

fn set(cx: &mut Cx, name: &str, days: Option<i64>) -> Result<Nothing> {
    let mut row = group(cx, name)?;
    row.retention_days = days;
    cx.put(&GROUPS, name, &row)?;
    changed(cx, &row)?;
    Ok(Nothing {})
}
