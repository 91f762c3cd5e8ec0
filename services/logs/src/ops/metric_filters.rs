//! Metric filters.

use crate::address::group;
use crate::api::*;
use crate::errors;
use crate::filter::Pattern;
use crate::metrics::check;
use crate::paging::{beginning, page};
use crate::state::{self, GROUPS, METRIC_FILTERS, Transformation};
use service::{Cx, Nothing, Page, Result, Token, View};

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
const MOST: i64 = 100;
const MOST_DESCRIBED: usize = 50;

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html>
pub fn put_metric_filter(cx: &mut Cx, input: PutMetricFilterRequest) -> Result<Nothing> {
    let PutMetricFilterRequest {
        log_group_name,
        filter_name: name,
        filter_pattern,
        metric_transformations,
        apply_on_transformed_logs,
        field_selection_criteria,
        emit_system_field_dimensions,
    } = input;
    refuse_others(
        "PutMetricFilter",
        &[
            ("applyOnTransformedLogs", apply_on_transformed_logs.unwrap_or_default()),
            ("fieldSelectionCriteria", field_selection_criteria.is_some()),
            ("emitSystemFieldDimensions", emit_system_field_dimensions.is_some()),
        ],
    )?;
    let pattern = Pattern::compile(&filter_pattern).map_err(|_| errors::invalid_pattern())?;
    let Some(given) = metric_transformations.into_iter().next() else {
        return Err(errors::invalid("metricTransformations must not be empty."));
    };
    let transformation = transformation(given);
    check(&pattern, &transformation)?;
    let mut group = group(cx, &log_group_name)?;
    if group.class != "STANDARD" {
        let text = "Metric filters are supported for log groups of the Standard class only.";
        return Err(service::Error::new("InvalidOperationException", text));
    }
    let key = (group.id, name);
    let old = cx.get(&METRIC_FILTERS, &key)?;
    if old.is_none() {
        if group.metric_filters >= MOST {
            return Err(errors::limit_exceeded());
        }
        group.metric_filters += 1;
        cx.put(&GROUPS, group.name.as_str(), &group)?;
    }
    let row = state::MetricFilter {
        name: key.1.clone(),
        created_at: old.map_or(cx.now(), |old| old.created_at),
        pattern: filter_pattern,
        transformation,
    };
    cx.put(&METRIC_FILTERS, &key, &row)?;
    Ok(Nothing {})
}

/// Refuses members that are set and do nothing here.
pub(crate) fn refuse_others(operation: &str, members: &[(&str, bool)]) -> Result<()> {
    match members.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(errors::not_implemented(&format!("{operation} with {name}"))),
        None => Ok(()),
    }
}

fn transformation(given: MetricTransformation) -> Transformation {
    let MetricTransformation { metric_name, metric_namespace, metric_value, default_value, dimensions, unit } = given;
    Transformation {
        metric: metric_name,
        namespace: metric_namespace,
        value: metric_value,
        default_value,
        dimensions: dimensions.unwrap_or_default(),
        unit,
    }
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteMetricFilter.html>
pub fn delete_metric_filter(cx: &mut Cx, input: DeleteMetricFilterRequest) -> Result<Nothing> {
    let DeleteMetricFilterRequest { log_group_name, filter_name } = input;
    let mut group = group(cx, &log_group_name)?;
    if !cx.delete(&METRIC_FILTERS, &(group.id, filter_name))? {
        return Err(errors::not_found("metric filter"));
    }
    group.metric_filters -= 1;
    cx.put(&GROUPS, group.name.as_str(), &group)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeMetricFilters.html>
pub fn describe_metric_filters(
    view: &View,
    input: DescribeMetricFiltersRequest,
) -> Result<DescribeMetricFiltersResponse> {
    let DescribeMetricFiltersRequest {
        log_group_name,
        filter_name_prefix,
        next_token,
        limit,
        metric_name,
        metric_namespace,
    } = input;
    if metric_name.is_some() != metric_namespace.is_some() {
        let text = "If you include the metricName parameter in your request, you must also include the metricNamespace parameter.";
        return Err(errors::invalid(text));
    }
    let page = page(next_token, limit, MOST_DESCRIBED)?;
    let about = |row: &state::MetricFilter| {
        metric_name.as_ref().is_none_or(|name| *name == row.transformation.metric)
            && metric_namespace.as_ref().is_none_or(|name| *name == row.transformation.namespace)
            && filter_name_prefix.as_ref().is_none_or(|prefix| row.name.starts_with(prefix.as_str()))
    };
    let (rows, next) = match &log_group_name {
        Some(name) => {
            let group = group(view, name)?;
            let beginning = beginning(group.id, filter_name_prefix.as_deref());
            let (rows, next) = view.page(&METRIC_FILTERS, beginning, &page, about)?;
            (rows.into_iter().map(|row| (name.clone(), row)).collect(), next)
        }
        None => of_all_groups(view, &page, about)?,
    };
    Ok(DescribeMetricFiltersResponse {
        metric_filters: Some(rows.into_iter().map(|(group, row)| shown(group, row)).collect()),
        next_token: next.map(|token| token.encode()),
    })
}

/// Filters with the names of their groups, and the token of the next page.
type FilterPage = (Vec<(String, state::MetricFilter)>, Option<Token>);

/// A page of the filters of all groups. The token holds how many came before.
fn of_all_groups(view: &View, page: &Page, about: impl Fn(&state::MetricFilter) -> bool) -> Result<FilterPage> {
    let before = page.after.as_ref().and_then(|token| token.as_bytes().try_into().ok()).map_or(0, u64::from_be_bytes);
    let mut rows = Vec::new();
    let mut at = 0;
    for group in view.rows(&GROUPS, ()) {
        let group = group?;
        if group.metric_filters == 0 {
            continue;
        }
        for row in view.rows(&METRIC_FILTERS, (group.id,)) {
            let row = row?;
            if !about(&row) {
                continue;
            }
            at += 1;
            if at <= before {
                continue;
            }
            if rows.len() == page.limit {
                return Ok((rows, Some(Token::of((at - 1).to_be_bytes()))));
            }
            rows.push((group.name.clone(), row));
        }
    }
    Ok((rows, None))
}

fn shown(group: String, row: state::MetricFilter) -> MetricFilter {
    let to = row.transformation;
    MetricFilter {
        filter_name: Some(row.name),
        filter_pattern: Some(row.pattern),
        metric_transformations: Some(vec![MetricTransformation {
            metric_name: to.metric,
            metric_namespace: to.namespace,
            metric_value: to.value,
            default_value: to.default_value,
            dimensions: (!to.dimensions.is_empty()).then_some(to.dimensions),
            unit: to.unit,
        }]),
        creation_time: Some(row.created_at.millis()),
        log_group_name: Some(group),
        apply_on_transformed_logs: Some(false),
        ..MetricFilter::default()
    }
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TestMetricFilter.html>
pub fn test_metric_filter(_view: &View, input: TestMetricFilterRequest) -> Result<TestMetricFilterResponse> {
    let TestMetricFilterRequest { filter_pattern, log_event_messages } = input;
    let pattern = Pattern::compile(&filter_pattern).map_err(|_| errors::invalid_pattern())?;
    let matches = log_event_messages.into_iter().zip(1..).filter(|(message, _)| pattern.matches(message));
    let record = |(message, number): (String, i64)| MetricFilterMatchRecord {
        event_number: Some(number),
        extracted_values: Some(pattern.extracted(&message)),
        event_message: Some(message),
    };
    Ok(TestMetricFilterResponse { matches: Some(matches.map(record).collect()) })
}
