//! Alarms: when they are looked at, and what comes of it.
//!
//! An alarm is looked at when a period of it ends, by a timer that stands only while something may come of it: one whose
//! datapoints are all missing, and that has drawn its conclusion from that, sleeps until something is measured
//! ([`wake`]). `verdict.rs` judges, `change.rs` does what follows, `message.rs` says it, `rule.rs` reads the rules of composite
//! alarms.

pub mod change;
pub mod message;
pub mod reason;
pub mod rule;
pub mod verdict;

use crate::metric::Metric;
use crate::points;
use crate::query::Answers;
use crate::state::{ALARMS, Alarm, Rule, STANDINGS, Standing, WATCHES, Watch};
use change::{Change, to};
use reason::Seen;
use service::{Cx, Error, Result, Timestamp, View};
use verdict::{BEYOND, Needs, Treatment, Verdict};

/// The name of an alarm's timer.
pub fn timer(alarm: &str) -> String {
    format!("alarm/{alarm}")
}

/// Has an alarm looked at when its present period ends.
pub fn arm(cx: &mut Cx, name: &str, period: i64, standing: &mut Standing) -> Result<()> {
    let period = period.max(10);
    let due = (cx.now().secs().div_euclid(period) + 1) * period;
    standing.armed = true;
    cx.set_timer(&timer(name), Timestamp::from_secs(due))
}

/// Wakes the alarms that look at a metric of which something was measured.
pub fn wake(cx: &mut Cx, metric: &Metric, _at: Timestamp) -> Result<()> {
    let watches: Vec<Watch> = cx.rows(&WATCHES, metric.key()).collect::<Result<_>>()?;
    for Watch { alarm } in watches {
        let Some(mut standing) = cx.get(&STANDINGS, alarm.as_str())? else { continue };
        if standing.armed {
            continue;
        }
        let row = cx.get(&ALARMS, alarm.as_str())?;
        if let Some(rule) = row.and_then(|row| row.metric) {
            arm(cx, &alarm, rule.period, &mut standing)?;
            cx.put(&STANDINGS, alarm.as_str(), &standing)?;
        }
    }
    Ok(())
}

/// Looks at an alarm whose period has ended.
pub fn look(cx: &mut Cx, name: &str) -> Result<()> {
    let (Some(alarm), Some(mut standing)) = (cx.get(&ALARMS, name)?, cx.get(&STANDINGS, name)?) else { return Ok(()) };
    let Some(rule) = alarm.metric.clone() else { return Ok(()) };
    read_gauges(cx, &rule)?;
    let seen = see(cx, &rule)?;
    let needs = needs(&rule);
    let missing = Treatment::read(rule.treat_missing_data.as_deref()).unwrap_or(Treatment::Missing);
    let points: Vec<Option<bool>> =
        seen.points.iter().map(|(_, value)| value.map(|value| breaks(&rule, value))).collect();
    let state = match verdict::judge(&points, needs, missing) {
        Verdict::Ok => "OK",
        Verdict::Alarm => "ALARM",
        Verdict::Insufficient => "INSUFFICIENT_DATA",
        Verdict::Same => standing.state.as_str(),
    };
    let state = state.to_owned();
    // What is measured may come late, so an alarm looks once more after its last datapoint has gone out of sight.
    let quiet = points.iter().all(Option::is_none) && !seen.by_expression && state == standing.state;
    match quiet {
        true => standing.armed = false,
        false => arm(cx, name, rule.period, &mut standing)?,
    }
    cx.put(&STANDINGS, name, &standing)?;
    if state == standing.state {
        return Ok(());
    }
    let reason = reason::text(&rule, &seen, (&state, needs, missing));
    let data = reason::data(&rule, &seen, cx.now());
    to(cx, &alarm, Change { state, reason, data: Some(data) })
}

/// Keeps what gauges show at the end of the period.
fn read_gauges(cx: &mut Cx, rule: &Rule) -> Result<()> {
    for query in rule.queries.iter().filter(|query| query.expression.is_none()) {
        let metric = query.metric();
        if let Some(cell) = points::gauge(cx, &metric)? {
            let at = Timestamp(cx.now().0 - 1);
            points::add(cx, &metric, (at, false), &cell)?;
        }
    }
    Ok(())
}

/// How many datapoints decide.
pub fn needs(rule: &Rule) -> Needs {
    let count = |number: i64| usize::try_from(number).unwrap_or(1).max(1);
    let periods = count(rule.evaluation_periods);
    Needs { breaching: rule.datapoints_to_alarm.map_or(periods, count), periods }
}

/// Whether a value breaks the threshold of a rule.
pub fn breaks(rule: &Rule, value: f64) -> bool {
    match rule.comparison.as_str() {
        "GreaterThanOrEqualToThreshold" => value >= rule.threshold,
        "GreaterThanThreshold" => value > rule.threshold,
        "LessThanThreshold" => value < rule.threshold,
        _ => value <= rule.threshold,
    }
}

/// The datapoints that a rule looks at now, the oldest first.
fn see(view: &View, rule: &Rule) -> Result<Seen> {
    let periods = needs(rule).periods + BEYOND;
    let end = view.now().secs().div_euclid(rule.period) * rule.period;
    let start = end - periods as i64 * rule.period;
    let query = rule.queries.iter().find(|query| query.returned);
    let query = query.ok_or_else(|| Error::internal("an alarm looks at nothing"))?;
    let span = (Timestamp::from_secs(start), Timestamp::from_secs(end));
    let answers = Answers::new(view, &rule.queries, span);
    let by_expression = query.expression.is_some();
    // A wrong expression yields no datapoints, as on AWS.
    let series = answers.series(query).ok().and_then(|many| many.into_iter().next()).unwrap_or_default();
    let cells = if by_expression { Default::default() } else { answers.cells(query)? };
    let moments = (0..periods as i64).map(|n| start + n * rule.period);
    Ok(Seen {
        points: moments.map(|at| (at, series.values.get(&at).copied())).collect(),
        counts: cells.into_iter().map(|(at, cell)| (at, cell.count)).collect(),
        by_expression,
    })
}

/// Writes down which metrics an alarm looks at, or forgets it.
pub fn watch(cx: &mut Cx, alarm: &Alarm, look: bool) -> Result<()> {
    let queries = alarm.metric.iter().flat_map(|rule| &rule.queries).filter(|query| query.expression.is_none());
    for query in queries {
        let (namespace, metric, dimensions) = query.metric().key();
        let key = (namespace, metric, dimensions, alarm.name.clone());
        match look {
            true => cx.put(&WATCHES, &key, &Watch { alarm: alarm.name.clone() })?,
            false => cx.delete(&WATCHES, &key).map(drop)?,
        }
    }
    Ok(())
}
