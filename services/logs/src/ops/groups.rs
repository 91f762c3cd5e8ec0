//! Log groups.

use crate::address::{self, group};
use crate::api::*;
use crate::ops::keys;
use crate::paging::{beginning, page};
use crate::position::number;
use crate::state::{self, GROUPS, Grave, HOLDINGS, METRIC_FILTERS, SUBSCRIPTIONS};
use crate::{errors, retention, tags, timers};
use service::{Cx, Nothing, Result, Row, Table, View};

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
const MOST: usize = 1_000_000;
const MOST_DESCRIBED: usize = 50;
const MOST_LISTED: usize = 1_000;

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html>
pub fn create_log_group(cx: &mut Cx, input: CreateLogGroupRequest) -> Result<Nothing> {
    let CreateLogGroupRequest { log_group_name: name, kms_key_id, tags, log_group_class, deletion_protection_enabled } =
        input;
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
    if name.starts_with("aws/") {
        return Err(errors::invalid("Log groups starting with AWS/ are reserved for AWS."));
    }
    let class = log_group_class.unwrap_or_else(|| "STANDARD".to_owned());
    if !matches!(class.as_str(), "STANDARD" | "INFREQUENT_ACCESS") {
        return Err(errors::not_implemented(&format!("CreateLogGroup with the class {class}")));
    }
    if cx.has(&GROUPS, name.as_str())? {
        return Err(errors::exists("log group"));
    }
    if cx.rows(&GROUPS, ()).nth(MOST - 1).is_some() {
        return Err(errors::limit_exceeded());
    }
    let mut row = state::Group {
        id: number(cx.entropy().u64()),
        class,
        created_at: cx.now(),
        protected: deletion_protection_enabled.unwrap_or_default(),
        ..state::Group::default()
    };
    tags::add(cx, &mut row.tags, tags.unwrap_or_default())?;
    if let Some(key) = kms_key_id {
        row.kms_key_id = Some(keys::fit(cx, &name, key)?);
    }
    row.name = name;
    cx.put(&GROUPS, row.name.as_str(), &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html>
pub fn delete_log_group(cx: &mut Cx, input: DeleteLogGroupRequest) -> Result<Nothing> {
    let DeleteLogGroupRequest { log_group_name } = input;
    let row = group(cx, &log_group_name)?;
    if row.protected {
        let text = "The log group cannot be deleted because deletion protection is enabled.";
        return Err(service::Error::new("ValidationException", text));
    }
    cx.delete(&GROUPS, row.name.as_str())?;
    cx.delete(&HOLDINGS, &row.id)?;
    delete_of_group(cx, &METRIC_FILTERS, row.id, |filter| filter.name)?;
    delete_of_group(cx, &SUBSCRIPTIONS, row.id, |filter| filter.name)?;
    cx.cancel_timer(&retention::timer(&row.name))?;
    timers::bury(cx, &Grave { id: row.id, group: true })?;
    Ok(Nothing {})
}

fn delete_of_group<R: Row>(
    cx: &mut Cx,
    table: &Table<(i64, String), R>,
    group: i64,
    name: impl Fn(R) -> String,
) -> Result<()> {
    let rows: Vec<R> = cx.rows(table, (group,)).collect::<Result<_>>()?;
    for row in rows {
        cx.delete(table, &(group, name(row)))?;
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogGroupDeletionProtection.html>
pub fn put_log_group_deletion_protection(cx: &mut Cx, input: PutLogGroupDeletionProtectionRequest) -> Result<Nothing> {
    let PutLogGroupDeletionProtectionRequest { log_group_identifier, deletion_protection_enabled } = input;
    let mut row = group(cx, address::identified(cx, &log_group_identifier)?)?;
    row.protected = deletion_protection_enabled;
    cx.put(&GROUPS, row.name.as_str(), &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html>
pub fn describe_log_groups(view: &View, input: DescribeLogGroupsRequest) -> Result<DescribeLogGroupsResponse> {
    let DescribeLogGroupsRequest {
        account_identifiers,
        log_group_name_prefix: prefix,
        log_group_name_pattern: pattern,
        next_token,
        limit,
        include_linked_accounts,
        log_group_class,
        log_group_identifiers,
    } = input;
    refuse_linked(account_identifiers.as_deref(), include_linked_accounts)?;
    let pattern = pattern.filter(|pattern| !pattern.is_empty());
    if prefix.is_some() && pattern.is_some() {
        let text = "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.";
        return Err(errors::invalid(text));
    }
    let names = log_group_identifiers
        .map(|list| list.iter().map(|one| Ok(address::identified(view, one)?.to_owned())).collect::<Result<Vec<_>>>())
        .transpose()?;
    if names.is_some() && (prefix.is_some() || pattern.is_some()) {
        let text = "LogGroup identifiers and LogGroup name prefix or pattern are mutually exclusive parameters.";
        return Err(errors::invalid(text));
    }
    let wanted = |row: &state::Group| {
        pattern.as_ref().is_none_or(|pattern| row.name.contains(pattern.as_str()))
            && log_group_class.as_ref().is_none_or(|class| *class == row.class)
            && names.as_ref().is_none_or(|names| names.contains(&row.name))
    };
    let page = page(next_token, limit, MOST_DESCRIBED)?;
    let (rows, next) = view.page(&GROUPS, beginning((), prefix.as_deref()), &page, wanted)?;
    Ok(DescribeLogGroupsResponse {
        log_groups: Some(rows.into_iter().map(|row| shown(view, row)).collect::<Result<_>>()?),
        next_token: next.map(|token| token.encode()),
    })
}

fn refuse_linked(accounts: Option<&[String]>, linked: Option<bool>) -> Result<()> {
    if linked.unwrap_or_default() || accounts.is_some_and(|accounts| !accounts.is_empty()) {
        return Err(errors::not_implemented("listing the log groups of linked accounts"));
    }
    Ok(())
}

fn shown(view: &View, row: state::Group) -> Result<LogGroup> {
    let bytes = view.get(&HOLDINGS, &row.id)?.map_or(0, |holding| holding.bytes);
    Ok(LogGroup {
        arn: Some(address::streams_arn(view, &row.name)),
        log_group_arn: Some(address::group_arn(view, &row.name)),
        creation_time: Some(row.created_at.millis()),
        retention_in_days: row.retention_days,
        metric_filter_count: Some(row.metric_filters),
        stored_bytes: Some(bytes),
        kms_key_id: row.kms_key_id,
        log_group_class: Some(row.class),
        deletion_protection_enabled: Some(row.protected),
        log_group_name: Some(row.name),
        ..LogGroup::default()
    })
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListLogGroups.html>
pub fn list_log_groups(view: &View, input: ListLogGroupsRequest) -> Result<ListLogGroupsResponse> {
    let ListLogGroupsRequest {
        log_group_name_pattern,
        log_group_class,
        include_linked_accounts,
        account_identifiers,
        next_token,
        limit,
        data_sources,
        field_index_names,
        log_group_tags,
    } = input;
    refuse_linked(account_identifiers.as_deref(), include_linked_accounts)?;
    for (name, given) in [
        ("dataSources", data_sources.is_some()),
        ("fieldIndexNames", field_index_names.is_some()),
        ("logGroupTags", log_group_tags.is_some()),
    ] {
        if given {
            return Err(errors::not_implemented(&format!("ListLogGroups with {name}")));
        }
    }
    let patterns: Option<Vec<String>> = log_group_name_pattern.map(|text| text.split('|').map(str::to_owned).collect());
    let fits = |name: &str| {
        patterns.as_ref().is_none_or(|patterns| {
            patterns.iter().any(|pattern| match pattern.strip_prefix('^') {
                Some(start) => name.starts_with(start),
                None => name.contains(pattern.as_str()),
            })
        })
    };
    let wanted =
        |row: &state::Group| fits(&row.name) && log_group_class.as_ref().is_none_or(|class| *class == row.class);
    let (rows, next) = view.page(&GROUPS, (), &page(next_token, limit, MOST_LISTED)?, wanted)?;
    let shown = |row: state::Group| LogGroupSummary {
        log_group_arn: Some(address::group_arn(view, &row.name)),
        log_group_class: Some(row.class),
        log_group_name: Some(row.name),
    };
    Ok(ListLogGroupsResponse {
        log_groups: Some(rows.into_iter().map(shown).collect()),
        next_token: next.map(|token| token.encode()),
    })
}
