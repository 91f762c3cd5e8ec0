//! Putting data, and queries over it.

use crate::alarm;
use crate::api::*;
use crate::datum;
use crate::errors;
use crate::metric::Metric as Named;
use crate::points::add;
use crate::query::{Answers, read};
use crate::state::Query;
use service::{Cx, Nothing, Result, Timestamp, Token, View};

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html>
const MOST_DATA: usize = 1_000;
/// The most datapoints of an answer.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>
const MOST_POINTS: usize = 100_800;

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html>
pub fn put_metric_data(cx: &mut Cx, input: PutMetricDataInput) -> Result<Nothing> {
    let PutMetricDataInput { namespace, metric_data, entity_metric_data, strict_entity_validation } = input;
    errors::refuse(
        "PutMetricData",
        &[
            ("EntityMetricData", entity_metric_data.is_some()),
            ("StrictEntityValidation", strict_entity_validation.is_some()),
        ],
    )?;
    if namespace.starts_with("AWS/") {
        return Err(errors::value(&namespace, "Namespace"));
    }
    let Some(data) = metric_data else {
        return Err(errors::missing("The parameter MetricData is required."));
    };
    if data.len() > MOST_DATA {
        let text = format!("The collection MetricData must not have a size greater than {MOST_DATA}.");
        return Err(errors::invalid(text));
    }
    let checked =
        data.into_iter().zip(1..).map(|(one, number)| datum::read(cx, one, number)).collect::<Result<Vec<_>>>()?;
    for one in checked {
        let metric = Named::given(&namespace, &one.name, one.dimensions)?;
        add(cx, &metric, (one.at, one.fine), &one.cell)?;
        alarm::wake(cx, &metric, one.at)?;
    }
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>
pub fn get_metric_data(view: &View, input: GetMetricDataInput) -> Result<GetMetricDataOutput> {
    let GetMetricDataInput {
        metric_data_queries,
        start_time,
        end_time,
        next_token,
        scan_by,
        max_datapoints,
        label_options,
    } = input;
    errors::refuse("GetMetricData", &[("LabelOptions", label_options.is_some())])?;
    // Seconds count, and no parts of them.
    let (start, end) = (view.said(start_time).whole_secs(), view.said(end_time).whole_secs());
    if start == end {
        return Err(errors::validation("The parameter StartTime must not equal parameter EndTime."));
    }
    if start > end {
        return Err(errors::validation("The parameter EndTime must be greater than StartTime."));
    }
    let most = match max_datapoints {
        None => MOST_POINTS,
        Some(count) => match usize::try_from(count) {
            Ok(count @ 1..=MOST_POINTS) => count,
            _ => return Err(errors::validation(format!("The value {count} for parameter MaxDatapoints is invalid."))),
        },
    };
    let queries = read("MetricDataQueries", metric_data_queries)?;
    let answers = Answers::new(view, &queries, (minute(start), end));
    let ascending = scan_by.as_deref() == Some("TimestampAscending");
    let mut results = Vec::new();
    for query in queries.iter().filter(|query| query.returned) {
        for series in answers.series(query)? {
            let mut values: Vec<(i64, f64)> = series.values.into_iter().collect();
            if !ascending {
                values.reverse();
            }
            results.push((query, values));
        }
    }
    let (results, next) = page(results, next_token, most)?;
    Ok(GetMetricDataOutput { metric_data_results: Some(results), next_token: next, messages: Some(Vec::new()) })
}

fn minute(at: Timestamp) -> Timestamp {
    Timestamp::from_secs(at.secs().div_euclid(60) * 60)
}

/// As many datapoints as an answer holds. The token says which is the next.
fn page(
    results: Vec<(&Query, Vec<(i64, f64)>)>,
    next_token: Option<String>,
    most: usize,
) -> Result<(Vec<MetricDataResult>, Option<String>)> {
    let token = |text: String| {
        let token = Token::decode(&text)?;
        Some(u64::from_be_bytes(token.as_bytes().try_into().ok()?))
    };
    let mut skip = match next_token {
        Some(text) => token(text).and_then(|n| usize::try_from(n).ok()).ok_or_else(errors::invalid_token)?,
        None => 0,
    };
    let (first, mut left) = (skip == 0, most);
    let mut before = skip;
    let mut shown = Vec::new();
    for (query, values) in results {
        let count = values.len();
        let values: Vec<(i64, f64)> = values.into_iter().skip(skip).collect();
        skip = skip.saturating_sub(count);
        if values.is_empty() && (count > 0 || !first) {
            continue;
        }
        let complete = values.len() <= left;
        let values: Vec<(i64, f64)> = values.into_iter().take(left).collect();
        left -= values.len();
        before += values.len();
        shown.push(MetricDataResult {
            id: Some(query.id.clone()),
            label: Some(label(query)),
            timestamps: Some(values.iter().map(|(at, _)| Timestamp::from_secs(*at)).collect()),
            values: Some(values.into_iter().map(|(_, value)| value).collect()),
            status_code: Some(if complete { "Complete" } else { "PartialData" }.to_owned()),
            messages: None,
        });
        if !complete {
            return Ok((shown, Some(Token::of((before as u64).to_be_bytes()).encode())));
        }
    }
    Ok((shown, None))
}

fn label(query: &Query) -> String {
    match (&query.label, &query.expression) {
        (Some(label), _) => label.clone(),
        (None, Some(_)) => query.id.clone(),
        (None, None) => query.metric.clone(),
    }
}
