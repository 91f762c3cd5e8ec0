use super::evaluate::{Value, Work};
use super::parser::Node;
use super::{Series, invalid};
use crate::errors;
use service::Result;
use std::collections::BTreeMap;

/// The functions that AWS has and that are not built.
const OTHERS: [&str; 21] = [
    "ANOMALY_DETECTION_BAND",
    "DAILY_AVG",
    "DATAPOINT_COUNT",
    "DATE",
    "DAY",
    "DB_PERF_INSIGHTS",
    "EPOCH",
    "FIRST",
    "HOUR",
    "INSIGHT_RULE_METRIC",
    "LAMBDA",
    "LAST",
    "LOG10",
    "METRIC_COUNT",
    "MINUTE",
    "MONTH",
    "REMOVE_EMPTY",
    "SEARCH",
    "SERVICE_QUOTA",
    "SLICE",
    "SORT",
];

/// Calls a function.
pub(super) fn call(work: &Work<'_>, name: &str, arguments: &[Node]) -> Result<Value> {
    let count = |wanted: std::ops::RangeInclusive<usize>| match wanted.contains(&arguments.len()) {
        true => Ok(()),
        false => Err(invalid(work.text, format_args!("{name} has a wrong number of arguments"))),
    };
    let argument = |at: usize| match arguments.get(at) {
        Some(node) => work.node(node),
        None => Err(invalid(work.text, format_args!("{name} lacks an argument"))),
    };
    match name {
        "SUM" | "AVG" | "MIN" | "MAX" | "STDDEV" => {
            count(1..=1)?;
            statistic(work, argument(0)?, name)
        }
        "ABS" | "CEIL" | "FLOOR" | "LOG" => {
            count(1..=1)?;
            let of = match name {
                "ABS" => f64::abs,
                "CEIL" => f64::ceil,
                "FLOOR" => f64::floor,
                _ => f64::ln,
            };
            each(work, argument(0)?, &|series| series.map(of), &of)
        }
        "RATE" | "DIFF" | "RUNNING_SUM" | "DIFF_TIME" => {
            count(1..=1)?;
            of_series(work, argument(0)?, &|series| changes(series, name))
        }
        "FILL" => {
            count(2..=2)?;
            let how = match arguments.get(1) {
                Some(Node::Name(word)) if word == "REPEAT" || word == "LINEAR" => Filling::of(word),
                _ => match argument(1)? {
                    Value::Number(number) => Filling::Number(number),
                    Value::Series(series) => Filling::Series(series),
                    _ => return Err(invalid(work.text, "FILL fills with a number, a time series, REPEAT or LINEAR")),
                },
            };
            filled(work, argument(0)?, &how)
        }
        "IF" => {
            count(2..=3)?;
            let otherwise = if arguments.len() == 3 { Some(argument(2)?) } else { None };
            choose(work, &argument(0)?, &argument(1)?, otherwise.as_ref())
        }
        "PERIOD" | "TIME_SERIES" => {
            count(1..=1)?;
            turned(work, argument(0)?, name)
        }
        "METRICS" => {
            count(0..=1)?;
            let part = arguments.first().map(|node| work.node(node)).transpose()?;
            metrics(work, part)
        }
        other if OTHERS.contains(&other) => {
            Err(errors::not_implemented(&format!("the function {other} of metric math")))
        }
        other => Err(invalid(work.text, format_args!("Unknown function {other}"))),
    }
}

/// A number of a series, or a series of a number.
fn turned(work: &Work<'_>, value: Value, name: &str) -> Result<Value> {
    match (name, value) {
        ("PERIOD", Value::Series(series)) => Ok(Value::Number(series.period as f64)),
        ("TIME_SERIES", Value::Number(number)) => Ok(Value::Series(level(work, number)?)),
        ("PERIOD", _) => Err(invalid(work.text, "PERIOD takes a time series")),
        _ => Err(invalid(work.text, "TIME_SERIES takes a number")),
    }
}

/// The metrics of the request, those alone whose ids have a part if one is named.
fn metrics(work: &Work<'_>, part: Option<Value>) -> Result<Value> {
    let part = match part {
        None => String::new(),
        Some(Value::Text(text)) => text,
        Some(_) => return Err(invalid(work.text, "METRICS takes a text")),
    };
    let metrics = work.names.metrics()?.into_iter().filter(|(id, _)| id.contains(&part));
    Ok(Value::Many(metrics.map(|(_, series)| series).collect()))
}

/// Of one series over all of its moments, a number; of several, a series over the moments that any of them has.
fn statistic(work: &Work<'_>, value: Value, name: &str) -> Result<Value> {
    match value {
        Value::Number(number) => Ok(Value::Number(number)),
        Value::Series(series) => {
            let values: Vec<f64> = series.values.values().copied().collect();
            Ok(Value::Number(of_all(&values, name)))
        }
        Value::Many(many) => {
            let mut moments: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
            for (at, value) in many.iter().flat_map(|series| &series.values) {
                moments.entry(*at).or_default().push(*value);
            }
            let period = many.iter().map(|series| series.period).max().unwrap_or(60);
            let values = moments.into_iter().map(|(at, values)| (at, of_all(&values, name))).collect();
            Ok(Value::Series(Series { period, values }))
        }
        Value::Text(_) => Err(invalid(work.text, format_args!("{name} takes time series"))),
    }
}

fn of_all(values: &[f64], name: &str) -> f64 {
    let count = values.len().max(1) as f64;
    let sum: f64 = values.iter().sum();
    match name {
        "SUM" => sum,
        "AVG" => sum / count,
        "MIN" => values.iter().copied().reduce(f64::min).unwrap_or(0.0),
        "MAX" => values.iter().copied().reduce(f64::max).unwrap_or(0.0),
        _ => (values.iter().map(|value| (value - sum / count).powi(2)).sum::<f64>() / count).sqrt(),
    }
}

fn each(work: &Work<'_>, value: Value, of: &dyn Fn(&Series) -> Series, number: &dyn Fn(f64) -> f64) -> Result<Value> {
    match value {
        Value::Number(a) => Ok(Value::Number(number(a))),
        other => of_series(work, other, of),
    }
}

fn of_series(work: &Work<'_>, value: Value, of: &dyn Fn(&Series) -> Series) -> Result<Value> {
    match value {
        Value::Series(series) => Ok(Value::Series(of(&series))),
        Value::Many(many) => Ok(Value::Many(many.iter().map(of).collect())),
        Value::Number(_) | Value::Text(_) => Err(invalid(work.text, "A time series is wanted")),
    }
}

/// What becomes of each value by the one before it.
fn changes(series: &Series, name: &str) -> Series {
    let mut values = BTreeMap::new();
    let mut before: Option<(i64, f64)> = None;
    let mut sum = 0.0;
    for (at, value) in &series.values {
        sum += value;
        if name == "RUNNING_SUM" {
            values.insert(*at, sum);
        } else if let Some((then, had)) = before {
            let seconds = (at - then) as f64;
            values.insert(
                *at,
                match name {
                    "RATE" => (value - had) / seconds,
                    "DIFF" => value - had,
                    _ => seconds,
                },
            );
        }
        before = Some((*at, *value));
    }
    Series { period: series.period, values }
}

enum Filling {
    Number(f64),
    Series(Series),
    Repeat,
    Linear,
}

impl Filling {
    fn of(word: &str) -> Filling {
        if word == "REPEAT" { Filling::Repeat } else { Filling::Linear }
    }
}

/// The moments of a period's grid, a bounded number of them.
fn moments(start: i64, end: i64, period: i64) -> impl Iterator<Item = i64> {
    const MOST: usize = 2_000_000;
    let period = period.max(1);
    (0..).map(move |n| start + n * period).take_while(move |at| *at < end).take(MOST)
}

/// Fills the series of a value, if that does not come to too many datapoints.
fn filled(work: &Work<'_>, value: Value, how: &Filling) -> Result<Value> {
    const MOST: i64 = 2_000_000;
    let (start, end) = work.names.grid();
    let points = |series: &Series| end.saturating_sub(start) / series.period.max(1);
    let all: i64 = match &value {
        Value::Many(many) => many.iter().map(points).fold(0, i64::saturating_add),
        Value::Series(series) => points(series),
        Value::Number(_) | Value::Text(_) => 0,
    };
    if all > MOST {
        return Err(invalid(work.text, "FILL comes to too many datapoints"));
    }
    of_series(work, value, &|series| fill(series, how, (start, end)))
}

/// Fills the moments at which a series has no value.
fn fill(series: &Series, how: &Filling, (start, end): (i64, i64)) -> Series {
    let mut filled = series.clone();
    for at in moments(start, end, series.period) {
        if series.values.contains_key(&at) {
            continue;
        }
        let before = || series.values.range(..at).next_back();
        let after = || series.values.range(at..).next();
        let value = match how {
            Filling::Number(number) => Some(*number),
            Filling::Series(other) => other.values.get(&at).copied(),
            Filling::Repeat => before().map(|(_, value)| *value),
            Filling::Linear => before()
                .zip(after())
                .map(|((left, a), (right, b))| a + (b - a) * ((at - left) as f64) / ((right - left) as f64)),
        };
        filled.values.extend(value.map(|value| (at, value)));
    }
    filled
}

/// A series that always has one value.
fn level(work: &Work<'_>, number: f64) -> Result<Series> {
    let period = work.names.metrics()?.iter().map(|(_, series)| series.period).max().unwrap_or(60);
    let (start, end) = work.names.grid();
    Ok(Series { period, values: moments(start, end, period).map(|at| (at, number)).collect() })
}

fn choose(work: &Work<'_>, condition: &Value, then: &Value, otherwise: Option<&Value>) -> Result<Value> {
    let at_moment = |value: &Value, at: i64| match value {
        Value::Number(number) => Some(*number),
        Value::Series(series) => series.values.get(&at).copied(),
        _ => None,
    };
    match condition {
        Value::Number(number) if *number != 0.0 => Ok(then.clone()),
        Value::Number(_) => match otherwise {
            Some(value) => Ok(value.clone()),
            None => Err(invalid(work.text, "IF of a number wants what is to be otherwise")),
        },
        Value::Series(series) => {
            let value = |(at, truth): (&i64, &f64)| {
                let chosen = if *truth != 0.0 { Some(then) } else { otherwise };
                Some((*at, at_moment(chosen?, *at)?))
            };
            Ok(Value::Series(Series {
                period: series.period,
                values: series.values.iter().filter_map(value).collect(),
            }))
        }
        _ => Err(invalid(work.text, "IF takes a time series or a number as its condition")),
    }
}
