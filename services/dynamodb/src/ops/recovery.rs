//! Point-in-time recovery is switched on and off.

use crate::address::Address;
use crate::api::*;
use crate::recovery::{self, DAYS};
use crate::state::TableRow;
use crate::{errors, tables};
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html>
pub fn update_continuous_backups(
    cx: &mut Cx,
    input: UpdateContinuousBackupsInput,
) -> Result<UpdateContinuousBackupsOutput> {
    let UpdateContinuousBackupsInput { table_name, point_in_time_recovery_specification } = input;
    let PointInTimeRecoverySpecification { point_in_time_recovery_enabled: enabled, recovery_period_in_days } =
        point_in_time_recovery_specification;
    let address = Address::of(cx, &table_name)?;
    cx.in_scope(address.scope, |cx| {
        let mut whole = tables::find(cx, &address.name)?.ok_or_else(|| errors::no_such_table(&address.name))?;
        recovery::switch(cx, &mut whole.row, (enabled, recovery_period_in_days.unwrap_or(DAYS)))?;
        tables::keep(cx, &whole)?;
        let continuous_backups_description = Some(described(cx, &whole.row));
        Ok(UpdateContinuousBackupsOutput { continuous_backups_description })
    })
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html>
pub fn describe_continuous_backups(
    view: &View,
    input: DescribeContinuousBackupsInput,
) -> Result<DescribeContinuousBackupsOutput> {
    let DescribeContinuousBackupsInput { table_name } = input;
    let address = Address::of(view, &table_name)?;
    let there = view.elsewhere(address.scope)?;
    let whole = tables::find(&there, &address.name)?.ok_or_else(|| errors::no_such_table(&address.name))?;
    let continuous_backups_description = Some(described(view, &whole.row));
    Ok(DescribeContinuousBackupsOutput { continuous_backups_description })
}

fn described(view: &View, row: &TableRow) -> ContinuousBackupsDescription {
    let window = recovery::window(row, view.now());
    let status = if window.is_some() { "ENABLED" } else { "DISABLED" };
    let recovery = PointInTimeRecoveryDescription {
        point_in_time_recovery_status: Some(status.to_owned()),
        recovery_period_in_days: window.map(|_| row.recovery_days.clamp(1, DAYS)),
        earliest_restorable_date_time: window.map(|(earliest, _)| earliest),
        latest_restorable_date_time: window.map(|(_, latest)| latest),
    };
    // "Continuous backups are ENABLED on all tables at table creation."
    ContinuousBackupsDescription {
        continuous_backups_status: "ENABLED".to_owned(),
        point_in_time_recovery_description: Some(recovery),
    }
}
