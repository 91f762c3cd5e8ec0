//! Composite alarms.

use crate::alarm::{change, message, rule};
use crate::api::*;
use crate::errors;
use crate::ops::alarms::keep;
use crate::state::{self, ALARMS, PARENTS, STANDINGS, Watch};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html>
pub fn put_composite_alarm(cx: &mut Cx, input: PutCompositeAlarmInput) -> Result<Nothing> {
    let PutCompositeAlarmInput {
        actions_enabled,
        alarm_actions,
        alarm_description: description,
        alarm_name: name,
        alarm_rule,
        insufficient_data_actions,
        ok_actions,
        tags,
        actions_suppressor,
        actions_suppressor_wait_period,
        actions_suppressor_extension_period,
        action_configuration,
    } = input;
    errors::refuse(
        "PutCompositeAlarm",
        &[
            ("ActionsSuppressor", actions_suppressor.is_some()),
            ("ActionsSuppressorWaitPeriod", actions_suppressor_wait_period.is_some()),
            ("ActionsSuppressorExtensionPeriod", actions_suppressor_extension_period.is_some()),
            ("ActionConfiguration", action_configuration.is_some()),
        ],
    )?;
    let children = rule::named(&alarm_rule)?;
    let missing: Vec<&String> =
        children.iter().filter(|child| !cx.has(&ALARMS, child.as_str()).unwrap_or(false)).collect();
    if let Some(missing) = missing.first() {
        return Err(errors::validation(format!("The alarm {missing} that AlarmRule names does not exist.")));
    }
    if children.contains(&name) {
        return Err(errors::validation("AlarmRule must not name its own alarm."));
    }
    let old = cx.get(&ALARMS, name.as_str())?.and_then(|row| row.composite);
    for child in old.as_deref().map(rule::named).transpose()?.unwrap_or_default() {
        cx.delete(&PARENTS, &(child, name.clone()))?;
    }
    let made = state::Alarm {
        name: name.clone(),
        description,
        actions_enabled: actions_enabled.unwrap_or(true),
        ok_actions: ok_actions.unwrap_or_default(),
        alarm_actions: alarm_actions.unwrap_or_default(),
        insufficient_data_actions: insufficient_data_actions.unwrap_or_default(),
        configured_at: cx.now(),
        composite: Some(alarm_rule),
        ..state::Alarm::default()
    };
    keep(cx, made, tags.unwrap_or_default())?;
    for child in &children {
        cx.put(&PARENTS, &(child.clone(), name.clone()), &Watch { alarm: name.clone() })?;
    }
    let first = children.first().map_or("", String::as_str);
    change::look(cx, &name, first)?;
    Ok(Nothing {})
}

/// A composite alarm as the API has it.
pub(crate) fn shown(view: &View, row: state::Alarm) -> Result<CompositeAlarm> {
    let standing = view.get(&STANDINGS, row.name.as_str())?.unwrap_or_default();
    Ok(CompositeAlarm {
        alarm_arn: Some(message::arn(view, &row.name)),
        alarm_name: Some(row.name),
        alarm_rule: row.composite,
        alarm_description: row.description,
        alarm_configuration_updated_timestamp: Some(row.configured_at),
        actions_enabled: Some(row.actions_enabled),
        ok_actions: Some(row.ok_actions),
        alarm_actions: Some(row.alarm_actions),
        insufficient_data_actions: Some(row.insufficient_data_actions),
        state_value: Some(standing.state),
        state_reason: Some(standing.reason),
        state_reason_data: standing.reason_data,
        state_updated_timestamp: Some(standing.updated_at),
        state_transitioned_timestamp: Some(standing.changed_at),
        ..CompositeAlarm::default()
    })
}
