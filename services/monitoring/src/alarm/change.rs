//! A change of an alarm's state, and all that follows from it.

use super::message;
use super::rule::{Verdicts, holds};
use crate::peers;
use crate::state::{ALARMS, Alarm, HISTORY, Item, PARENTS, STANDINGS, Standing, Watch};
use serde_json::json;
use service::{Cx, Duration, Result, View};

/// How deep composite alarms may lead to each other.
const DEEPEST: usize = 16;
/// For how long what happened is kept.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html>
const KEPT: Duration = Duration::from_secs(30 * 86_400);
/// How many old items go for each new one.
const FORGOTTEN: usize = 8;

/// A new state.
#[derive(Debug, Clone)]
pub struct Change {
    pub state: String,
    pub reason: String,
    pub data: Option<String>,
}

/// Brings an alarm to a state: writes it down, acts, tells EventBridge, and looks at the composite alarms above it.
pub fn to(cx: &mut Cx, alarm: &Alarm, change: Change) -> Result<()> {
    one(cx, alarm, change)?;
    let mut changed = vec![alarm.name.clone()];
    for _ in 0..DEEPEST {
        let mut next = Vec::new();
        for name in changed {
            let parents: Vec<Watch> = cx.rows(&PARENTS, (name.clone(),)).collect::<Result<_>>()?;
            for Watch { alarm: parent } in parents {
                if look(cx, &parent, &name)? {
                    next.push(parent);
                }
            }
        }
        if next.is_empty() {
            break;
        }
        changed = next;
    }
    Ok(())
}

/// Looks at a composite alarm of which a child changed, and tells whether it changed too.
pub fn look(cx: &mut Cx, name: &str, child: &str) -> Result<bool> {
    let (Some(alarm), Some(standing)) = (cx.get(&ALARMS, name)?, cx.get(&STANDINGS, name)?) else { return Ok(false) };
    let Some(rule) = &alarm.composite else { return Ok(false) };
    let state = if holds(rule, &Children(cx))? { "ALARM" } else { "OK" };
    if state == standing.state {
        return Ok(false);
    }
    let arn = message::arn(cx, child);
    let (reason, data) = match cx.get(&STANDINGS, child)? {
        Some(of_child) => {
            let at = super::reason::moment(of_child.changed_at);
            let reason =
                format!("{arn} transitioned to {} at {}", of_child.state, message::long_moment(of_child.changed_at));
            let state = json!({ "value": of_child.state, "timestamp": at });
            (reason, json!({ "triggeringAlarms": [{ "arn": arn, "state": state }] }).to_string())
        }
        None => (format!("The rule was evaluated to {state}."), "{}".to_owned()),
    };
    one(cx, &alarm, Change { state: state.to_owned(), reason, data: Some(data) })?;
    Ok(true)
}

/// How the alarms stand that a rule names.
pub struct Children<'v>(pub &'v View);

impl Verdicts for Children<'_> {
    fn state(&self, alarm: &str) -> Result<Option<String>> {
        Ok(self.0.get(&STANDINGS, alarm)?.map(|standing| standing.state))
    }
}

fn one(cx: &mut Cx, alarm: &Alarm, change: Change) -> Result<()> {
    let now = cx.now();
    let Some(old) = cx.get(&STANDINGS, alarm.name.as_str())? else { return Ok(()) };
    let moved = old.state != change.state;
    let new = Standing {
        state: change.state,
        reason: change.reason,
        reason_data: change.data,
        updated_at: now,
        changed_at: if moved { now } else { old.changed_at },
        armed: old.armed,
    };
    cx.put(&STANDINGS, alarm.name.as_str(), &new)?;
    if !moved {
        return Ok(());
    }
    let summary = format!("Alarm updated from {} to {}", old.state, new.state);
    let data = message::history(alarm, &old, &new);
    note(cx, alarm, ("StateUpdate", summary, data))?;
    peers::tell(cx, alarm, message::event(cx, alarm, &old, &new))?;
    if !alarm.actions_enabled {
        return Ok(());
    }
    let actions = match new.state.as_str() {
        "OK" => &alarm.ok_actions,
        "ALARM" => &alarm.alarm_actions,
        _ => &alarm.insufficient_data_actions,
    };
    for action in actions {
        peers::act(cx, alarm, action, (&old, &new))?;
    }
    Ok(())
}

/// Writes down what happened to an alarm.
pub fn note(cx: &mut Cx, alarm: &Alarm, (item_type, summary, data): (&str, String, String)) -> Result<()> {
    let now = cx.now();
    let old: Vec<Item> = cx.rows(&HISTORY, ()).take(FORGOTTEN).collect::<Result<_>>()?;
    for item in old.iter().filter(|item| item.at.after(KEPT) < now) {
        cx.delete(&HISTORY, &(item.at, item.number))?;
    }
    let number = cx.rows(&HISTORY, (now,)).count() as i64;
    let alarm_type = if alarm.composite.is_some() { "CompositeAlarm" } else { "MetricAlarm" };
    let item = Item {
        alarm: alarm.name.clone(),
        alarm_type: alarm_type.to_owned(),
        at: now,
        number,
        item_type: item_type.to_owned(),
        summary,
        data,
    };
    cx.put(&HISTORY, &(now, number), &item)
}
