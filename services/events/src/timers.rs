//! What happens later: scheduled rules fire, archives forget, replays go on.

use crate::address::BusAddress;
use crate::event::Parts;
use crate::schedule::Schedule;
use crate::state::{RULES, Rule};
use crate::{archive, bus};
use service::pattern::Json;
use service::{Cx, Result, Timer, Timestamp};

/// Fires what fell due.
pub fn fire(cx: &mut Cx, timer: &Timer) -> Result<()> {
    match timer.name.split_once('/') {
        Some(("rule", name)) => scheduled(cx, name, timer.due),
        Some(("archive", name)) => archive::sweep(cx, name),
        Some(("replay", name)) => archive::replay_on(cx, name),
        _ => Ok(()),
    }
}

/// Has an archive forget what is too old.
pub fn forget(cx: &mut Cx, archive: &str, due: Timestamp) -> Result<()> {
    cx.set_timer(&format!("archive/{archive}"), due)
}

/// Nothing of an archive is forgotten any more.
pub fn keep_all(cx: &mut Cx, archive: &str) -> Result<()> {
    cx.cancel_timer(&format!("archive/{archive}"))
}

/// Has a replay go on.
pub fn replay(cx: &mut Cx, name: &str) -> Result<()> {
    cx.set_timer(&format!("replay/{name}"), cx.now())
}

/// Sets or cancels the timer of a rule, as its schedule and its state say. Only the default bus has scheduled rules.
pub fn reschedule(cx: &mut Cx, rule: &Rule) -> Result<()> {
    let name = format!("rule/{}", rule.name);
    let schedule = rule.schedule_expression.as_deref().filter(|_| rule.state != "DISABLED").and_then(Schedule::read);
    match schedule.and_then(|schedule| schedule.next(rule.scheduled_from, cx.now())) {
        Some(due) => cx.set_timer(&name, due),
        None => cx.cancel_timer(&name),
    }
}

/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html>
fn scheduled(cx: &mut Cx, name: &str, due: Timestamp) -> Result<()> {
    let default = BusAddress::of(cx, None);
    let Some(rule) = cx.get(&RULES, &(default.name.clone(), name.to_owned()))? else { return Ok(()) };
    let (id, resources) = (cx.entropy().uuid(), [default.rule_arn(name).to_string()]);
    let event = Parts {
        id: &id,
        detail_type: "Scheduled Event",
        source: "aws.events",
        scope: cx.scope(),
        time: due,
        resources: &resources,
        detail: Json::Object(Vec::new()),
    }
    .event();
    bus::fire(cx, &rule, &event, None)?;
    reschedule(cx, &rule)
}
