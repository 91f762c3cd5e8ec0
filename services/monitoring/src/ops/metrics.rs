//! Which metrics there are.

use crate::api::*;
use crate::errors;
use crate::metric::Metric as Named;
use crate::points::metric_of;
use crate::state::SERIES;
use service::{KeyBuf, Result, Timestamp, Token, View};
use std::collections::BTreeMap;

/// How many metrics an answer has.
const PAGE: usize = 500;
const TWO_WEEKS_SECONDS: i64 = 14 * 86_400;
const THREE_HOURS_SECONDS: i64 = 3 * 3_600;

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html>
pub fn list_metrics(view: &View, input: ListMetricsInput) -> Result<ListMetricsOutput> {
    let ListMetricsInput {
        namespace,
        metric_name,
        dimensions,
        next_token,
        recently_active,
        include_linked_accounts,
        owning_account,
    } = input;
    errors::refuse(
        "ListMetrics",
        &[
            ("IncludeLinkedAccounts", include_linked_accounts.unwrap_or_default()),
            ("OwningAccount", owning_account.is_some()),
        ],
    )?;
    let after = next_token.map(|text| Token::decode(&text).ok_or_else(errors::invalid_token)).transpose()?;
    let oldest = if recently_active.is_some() { THREE_HOURS_SECONDS } else { TWO_WEEKS_SECONDS };
    let oldest = Timestamp::from_secs(view.now().secs() - oldest);
    let wanted = |namespace_of: &str, name: &str| {
        namespace.as_ref().is_none_or(|wanted| wanted == namespace_of)
            && metric_name.as_ref().is_none_or(|wanted| wanted == name)
    };
    let fits = |metric: &Named| {
        wanted(&metric.namespace, &metric.name)
            && dimensions.iter().flatten().all(|filter| {
                let value = metric.dimensions.get(&filter.name);
                value.is_some_and(|value| filter.value.as_ref().is_none_or(|wanted| wanted == value))
            })
    };
    let mut found: BTreeMap<(String, String, String), Named> = BTreeMap::new();
    let mut start = KeyBuf::default();
    if let Some(namespace) = &namespace {
        start.text(namespace);
    }
    for series in view.rows(&SERIES, start) {
        let series = series?;
        let metric = Named::new(&series.namespace, &series.metric, series.dimensions);
        if series.last_at >= oldest && fits(&metric) {
            found.insert(metric.key(), metric);
        }
    }
    let fresh = view.measured(&wanted);
    for metric in fresh.iter().map(metric_of).filter(|metric| fits(metric)) {
        found.insert(metric.key(), metric);
    }
    let place = |key: &(String, String, String)| format!("{}\u{4}{}\u{4}{}", key.0, key.1, key.2).into_bytes();
    let beyond =
        |key: &(String, String, String)| after.as_ref().is_none_or(|after| place(key).as_slice() > after.as_bytes());
    let mut rest = found.into_iter().filter(|(key, _)| beyond(key));
    let page: Vec<_> = rest.by_ref().take(PAGE).collect();
    let token = page.last().map(|(key, _)| Token::of(place(key)));
    let shown = |(_, metric): ((String, String, String), Named)| Metric {
        dimensions: Some(metric.shown()),
        namespace: Some(metric.namespace),
        metric_name: Some(metric.name),
    };
    Ok(ListMetricsOutput {
        next_token: rest.next().and(token).map(|token| token.encode()),
        metrics: Some(page.into_iter().map(shown).collect()),
        owning_accounts: None,
    })
}
