//! Metric filters: log events become samples of metrics.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html>

use crate::errors;
use crate::filter::Pattern;
use crate::reading::Event;
use crate::state::{Group, METRIC_FILTERS, MetricFilter, Transformation};
use service::{Cx, Error, Result, Sample, Timestamp};

/// The most dimensions of a metric filter.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html>
const MOST_DIMENSIONS: usize = 3;

/// Counts events that were just written, by each metric filter of their group.
pub fn emit(cx: &mut Cx, group: &Group, events: &[Event]) -> Result<()> {
    if group.metric_filters == 0 {
        return Ok(());
    }
    let filters: Vec<MetricFilter> = cx.rows(&METRIC_FILTERS, (group.id,)).collect::<Result<_>>()?;
    for filter in filters {
        let pattern = Pattern::compile(&filter.pattern).map_err(|_| Error::internal("a stored filter is damaged"))?;
        let to = &filter.transformation;
        let mut any = false;
        for event in events.iter().filter(|event| pattern.matches(&event.message)) {
            any = true;
            sample(cx, &pattern, to, event);
        }
        // AWS counts the default once in each minute in which events came and none was for the filter; here it is once a batch.
        if let (false, Some(value)) = (any, to.default_value) {
            count(cx, to, &[], (value, None));
        }
    }
    Ok(())
}

/// Counts one event. One whose value is no number, or that lacks a dimension, counts nothing.
fn sample(cx: &mut Cx, pattern: &Pattern, to: &Transformation, event: &Event) {
    let referred = |text: &str| match text.starts_with('$') {
        true => pattern.referred(&event.message, text),
        false => Some(text.to_owned()),
    };
    let value = referred(&to.value).and_then(|text| text.parse().ok()).filter(|value: &f64| value.is_finite());
    let dimensions = to.dimensions.iter().map(|(name, from)| Some((name.as_str(), referred(from)?)));
    let (Some(value), Some(dimensions)) = (value, dimensions.collect::<Option<Vec<_>>>()) else { return };
    if dimensions.iter().any(|(_, value)| value.is_empty()) {
        return;
    }
    let dimensions: Vec<(&str, &str)> = dimensions.iter().map(|(name, value)| (*name, value.as_str())).collect();
    count(cx, to, &dimensions, (value, Some(Timestamp::from_millis(event.position.millis))));
}

fn count(cx: &mut Cx, to: &Transformation, dimensions: &[(&str, &str)], (value, at): (f64, Option<Timestamp>)) {
    let unit = to.unit.as_deref().unwrap_or("None");
    cx.sample(&Sample { namespace: Some(&to.namespace), metric: &to.metric, dimensions, value, unit, at });
}

/// Checks what a metric filter is to make of its events.
pub fn check(pattern: &Pattern, to: &Transformation) -> Result<()> {
    let invalid = |why: &str| Err(errors::invalid(format!("Invalid metric transformation: {why}")));
    if to.metric.is_empty() || to.namespace.is_empty() {
        return invalid("metricName and metricNamespace must not be empty.");
    }
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Namespace
    if to.namespace.starts_with("AWS/") {
        return invalid("the namespace must not begin with AWS/.");
    }
    let reference = |text: &str| pattern.may_refer(text);
    let number = to.value.parse().is_ok_and(|value: f64| value.is_finite());
    if !number && !reference(&to.value) {
        return invalid("metricValue must be a number or a reference to a field of the filter pattern.");
    }
    if to.dimensions.is_empty() {
        return Ok(());
    }
    if to.default_value.is_some() {
        return invalid("dimensions and default value are mutually exclusive properties.");
    }
    if to.dimensions.len() > MOST_DIMENSIONS {
        return invalid("more than 3 dimensions.");
    }
    match to.dimensions.values().find(|from| !reference(from)) {
        Some(_) => invalid("the value of each dimension must be a reference to a field of the filter pattern."),
        None => Ok(()),
    }
}
