//! The way of an event across a bus: into its archives, and to the targets of the rules that it matches.

use crate::address::BusAddress;
use crate::event::{Event, text_of};
use crate::input::{self, Known};
use crate::peers::{self, Sending};
use crate::state::{RULES, Rule, TARGETS, Target};
use crate::{archive, errors};
use service::pattern::{Cache, Limits, Pattern};
use service::{Cx, Result};
use std::sync::Arc;

/// Compiled patterns of all rules and archives.
static PATTERNS: Cache = Cache::new(10_000, Limits::RULE);

/// A pattern, compiled.
///
/// # Errors
/// `InvalidEventPatternException`
pub fn compiled(text: &str) -> Result<Arc<Pattern>> {
    PATTERNS.get(text).map_err(|error| errors::invalid_pattern(&error, text))
}

/// Carries an event across a bus of the transaction's scope. `filters` are the rules that may get it, all if there is none; `trace`
/// is the event's, where that is not the request's.
pub fn carry(cx: &mut Cx, bus: &str, event: &Event<'_>, (filters, trace): (&[String], Option<&str>)) -> Result<()> {
    let address = BusAddress { scope: cx.scope(), name: bus.to_owned() };
    archive::keep(cx, &address, event)?;
    let rules: Vec<Rule> = cx.rows(&RULES, (bus,)).collect::<Result<_>>()?;
    for rule in rules.iter().filter(|rule| rule.state != "DISABLED") {
        let Some(pattern) = &rule.event_pattern else { continue };
        let named = || filters.iter().any(|arn| *arn == address.rule_arn(&rule.name).as_str());
        if (filters.is_empty() || named()) && compiled(pattern)?.matches(event.json()) {
            fire(cx, rule, event, trace)?;
        }
    }
    Ok(())
}

/// Hands an event over to the targets of a rule.
pub fn fire(cx: &mut Cx, rule: &Rule, event: &Event<'_>, trace: Option<&str>) -> Result<()> {
    let address = BusAddress { scope: cx.scope(), name: rule.bus.clone() };
    let rule_arn = address.rule_arn(&rule.name);
    let dimension = ("RuleName", rule.name.as_str());
    cx.meter("MatchedEvents", dimension, 1.0, "Count");
    cx.meter("TriggeredRules", dimension, 1.0, "Count");
    let targets: Vec<Target> = cx.rows(&TARGETS, (rule.bus.as_str(), rule.name.as_str())).collect::<Result<_>>()?;
    let ingested = cx.now().whole_secs().iso8601();
    let known = Known { rule_arn: rule_arn.as_str(), rule_name: &rule.name, ingested: &ingested };
    for target in &targets {
        cx.meter("Invocations", dimension, 1.0, "Count");
        let sending = Sending {
            rule_arn: &rule_arn,
            rule: &rule.name,
            target,
            event: event.text(),
            trace,
            event_id: text_of(event.json(), "id"),
            input: input::of(target, event.json(), event.text(), &known),
        };
        peers::send(cx, &sending, event.json())?;
    }
    Ok(())
}
