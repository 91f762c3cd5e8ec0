//! States that are set, and actions that are switched on and off.

use crate::alarm::{self, change};
use crate::api::*;
use crate::state::{ALARMS, STANDINGS};
use service::{Cx, Error, Nothing, Result};

/// The state stays until the alarm is looked at again.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html>
pub fn set_alarm_state(cx: &mut Cx, input: SetAlarmStateInput) -> Result<Nothing> {
    let SetAlarmStateInput { alarm_name, state_value, state_reason, state_reason_data } = input;
    let json = |text: &String| serde_json::from_str::<serde_json::Value>(text).is_ok();
    if state_reason_data.as_ref().is_some_and(|text| !json(text)) {
        return Err(Error::new("InvalidFormatFault", "StateReasonData was not valid JSON."));
    }
    let unknown = || Error::new("ResourceNotFound", "Unknown");
    let row = cx.get(&ALARMS, alarm_name.as_str())?.ok_or_else(unknown)?;
    let mut standing = cx.get(&STANDINGS, alarm_name.as_str())?.ok_or_else(unknown)?;
    if let Some(rule) = &row.metric {
        alarm::arm(cx, &row.name, rule.period, &mut standing)?;
        cx.put(&STANDINGS, row.name.as_str(), &standing)?;
    }
    change::to(cx, &row, change::Change { state: state_value, reason: state_reason, data: state_reason_data })?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_EnableAlarmActions.html>
pub fn enable_alarm_actions(cx: &mut Cx, input: EnableAlarmActionsInput) -> Result<Nothing> {
    let EnableAlarmActionsInput { alarm_names } = input;
    switch(cx, &alarm_names, true)
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableAlarmActions.html>
pub fn disable_alarm_actions(cx: &mut Cx, input: DisableAlarmActionsInput) -> Result<Nothing> {
    let DisableAlarmActionsInput { alarm_names } = input;
    switch(cx, &alarm_names, false)
}

fn switch(cx: &mut Cx, names: &[String], enabled: bool) -> Result<Nothing> {
    for name in names {
        let Some(mut row) = cx.get(&ALARMS, name.as_str())? else { continue };
        row.actions_enabled = enabled;
        cx.put(&ALARMS, name.as_str(), &row)?;
    }
    Ok(Nothing {})
}
