//! Statistics of one metric.

use crate::api::*;
use crate::cell::Stat;
use crate::errors;
use crate::metric::Metric as Named;
use crate::points::{Span, find};
use crate::query::check_period;
use crate::state::Cell;
use service::{IndexMap, Result, Timestamp, View};

/// The most datapoints of an answer.
const MOST: i64 = 1_440;

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html>
pub fn get_metric_statistics(view: &View, input: GetMetricStatisticsInput) -> Result<GetMetricStatisticsOutput> {
    let GetMetricStatisticsInput {
        namespace,
        metric_name,
        dimensions,
        start_time,
        end_time,
        period,
        statistics,
        extended_statistics,
        unit,
    } = input;
    // Seconds count, and no parts of them.
    let (start, end) = (view.said(start_time).whole_secs(), view.said(end_time).whole_secs());
    if start >= end {
        return Err(errors::invalid("The parameter StartTime must be less than the parameter EndTime."));
    }
    check_period(period)?;
    let extended = extended_statistics.unwrap_or_default();
    let plain = statistics.unwrap_or_default();
    if plain.is_empty() == extended.is_empty() {
        return Err(errors::combination("Must specify either Statistics or ExtendedStatistics"));
    }
    let plain = plain.iter().map(|name| Ok((name.clone(), Stat::read(name)?))).collect::<Result<Vec<_>>>()?;
    let extended = extended.iter().map(|name| Ok((name.clone(), percentile(name)?))).collect::<Result<Vec<_>>>()?;
    let wanted = (end.secs() - start.secs() + period - 1) / period;
    if wanted > MOST {
        return Err(errors::combination(format!(
            "You have requested up to {} datapoints, which exceeds the limit of {}. You may reduce the datapoints requested by \
             increasing Period, or decreasing the time range.",
            grouped(wanted),
            grouped(MOST)
        )));
    }
    let span = Span { start: rounded(view, start, period), end, period };
    let metric = Named::given(&namespace, &metric_name, dimensions)?;
    let found = find(view, &metric, span, unit.as_deref())?;
    let points = found.into_iter().flat_map(|(at, cells)| cells.into_iter().map(move |cell| (at, cell)));
    Ok(GetMetricStatisticsOutput {
        label: Some(metric_name),
        datapoints: Some(points.filter_map(|(at, cell)| datapoint(at, cell, &plain, &extended)).collect()),
    })
}

fn percentile(name: &str) -> Result<Stat> {
    Stat::percentile(name).map_err(|error| match error.code() {
        "NotImplemented" => error,
        _ => errors::invalid(format!("The value {name} for parameter ExtendedStatistic is not supported.")),
    })
}

/// The older the start, the more coarsely it is rounded down.
fn rounded(view: &View, start: Timestamp, period: i64) -> Timestamp {
    const DAY: i64 = 86_400;
    let age = view.now().secs() - start.secs();
    let grid = match age {
        _ if period < 60 && age <= DAY / 8 => period,
        age if age <= 15 * DAY => 60,
        age if age <= 63 * DAY => 300,
        _ => 3_600,
    };
    Timestamp::from_secs(start.secs().div_euclid(grid) * grid)
}

/// A number with commas.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn datapoint(at: i64, cell: Cell, plain: &[(String, Stat)], extended: &[(String, Stat)]) -> Option<Datapoint> {
    let wanted = |name: &str| plain.iter().find(|(other, _)| other == name).and_then(|(_, stat)| cell.statistic(*stat));
    let percentiles: IndexMap<String, f64> =
        extended.iter().filter_map(|(name, stat)| Some((name.clone(), cell.statistic(*stat)?))).collect();
    if !extended.is_empty() && percentiles.is_empty() {
        return None;
    }
    Some(Datapoint {
        timestamp: Some(Timestamp::from_secs(at)),
        sample_count: wanted("SampleCount"),
        average: wanted("Average"),
        sum: wanted("Sum"),
        minimum: wanted("Minimum"),
        maximum: wanted("Maximum"),
        extended_statistics: (!extended.is_empty()).then_some(percentiles),
        unit: Some(cell.unit),
    })
}
