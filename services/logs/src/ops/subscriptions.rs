//! Subscription filters.

use crate::address::group;
use crate::api::*;
use crate::filter::Pattern;
use crate::ops::metric_filters::refuse_others;
use crate::paging::{beginning, page};
use crate::state::{self, SUBSCRIPTIONS};
use crate::{errors, subscriptions};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
const MOST: usize = 2;
const MOST_DESCRIBED: usize = 50;

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html>
pub fn put_subscription_filter(cx: &mut Cx, input: PutSubscriptionFilterRequest) -> Result<Nothing> {
    let PutSubscriptionFilterRequest {
        log_group_name,
        filter_name: name,
        filter_pattern,
        destination_arn,
        role_arn,
        // Functions have no shards among which events are to be spread.
        distribution, // stored only
        apply_on_transformed_logs,
        field_selection_criteria,
        emit_system_fields,
    } = input;
    refuse_others(
        "PutSubscriptionFilter",
        &[
            ("applyOnTransformedLogs", apply_on_transformed_logs.unwrap_or_default()),
            ("fieldSelectionCriteria", field_selection_criteria.is_some()),
            ("emitSystemFields", emit_system_fields.is_some()),
        ],
    )?;
    Pattern::compile(&filter_pattern).map_err(|_| errors::invalid_pattern())?;
    subscriptions::check(cx, &destination_arn)?;
    if role_arn.is_some() {
        return Err(errors::invalid("Role ARN is not supported for Lambda destinations."));
    }
    let group = group(cx, &log_group_name)?;
    if group.class != "STANDARD" {
        let text = "Subscription filters are supported for log groups of the Standard class only.";
        return Err(service::Error::new("InvalidOperationException", text));
    }
    let key = (group.id, name);
    let old = cx.get(&SUBSCRIPTIONS, &key)?;
    if old.is_none() && cx.rows(&SUBSCRIPTIONS, (group.id,)).count() >= MOST {
        return Err(errors::limit_exceeded());
    }
    subscriptions::try_out(cx, &group.name, &destination_arn)?;
    let row = state::Subscription {
        name: key.1.clone(),
        created_at: old.map_or(cx.now(), |old| old.created_at),
        pattern: filter_pattern,
        destination_arn,
        role_arn,
        distribution,
    };
    cx.put(&SUBSCRIPTIONS, &key, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteSubscriptionFilter.html>
pub fn delete_subscription_filter(cx: &mut Cx, input: DeleteSubscriptionFilterRequest) -> Result<Nothing> {
    let DeleteSubscriptionFilterRequest { log_group_name, filter_name } = input;
    let group = group(cx, &log_group_name)?;
    if !cx.delete(&SUBSCRIPTIONS, &(group.id, filter_name))? {
        return Err(errors::not_found("subscription filter"));
    }
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeSubscriptionFilters.html>
pub fn describe_subscription_filters(
    view: &View,
    input: DescribeSubscriptionFiltersRequest,
) -> Result<DescribeSubscriptionFiltersResponse> {
    let DescribeSubscriptionFiltersRequest { log_group_name, filter_name_prefix, next_token, limit } = input;
    let page = page(next_token, limit, MOST_DESCRIBED)?;
    let group = group(view, &log_group_name)?;
    let beginning = beginning(group.id, filter_name_prefix.as_deref());
    let (rows, next) = view.page(&SUBSCRIPTIONS, beginning, &page, |_| true)?;
    let shown = |row: state::Subscription| SubscriptionFilter {
        filter_name: Some(row.name),
        log_group_name: Some(log_group_name.clone()),
        filter_pattern: Some(row.pattern),
        destination_arn: Some(row.destination_arn),
        role_arn: row.role_arn,
        distribution: Some(row.distribution.unwrap_or_else(|| "ByLogStream".to_owned())),
        creation_time: Some(row.created_at.millis()),
        apply_on_transformed_logs: Some(false),
        ..SubscriptionFilter::default()
    };
    Ok(DescribeSubscriptionFiltersResponse {
        subscription_filters: Some(rows.into_iter().map(shown).collect()),
        next_token: next.map(|token| token.encode()),
    })
}
