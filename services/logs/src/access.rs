//! What each operation asks of the policies.
//!
//! What is about a log group as a whole goes by its ARN with `:log-stream:` behind it, as AWS's denials show: a policy's
//! `log-group:name:*` covers that, a bare `log-group:name` does not. Tags alone go by the bare ARN.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html>
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html#CWL_ARN_Format>

use crate::address::{self, stream_arn};
use crate::api::*;
use crate::permissions;
use crate::state::GROUPS;
use service::{Access, Check, IndexMap, PolicyRole, Result, View};

pub fn associate_kms_key(view: &View, input: &AssociateKmsKeyRequest) -> Result<Access> {
    let name = address::named(view, input.log_group_name.as_deref(), input.resource_identifier.as_deref())?;
    group(view, "logs:AssociateKmsKey", name)
}

/// Tags on creation need TagResource too.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html>
pub fn create_log_group(view: &View, input: &CreateLogGroupRequest) -> Result<Access> {
    let name = &input.log_group_name;
    let tags = input.tags.as_ref().map(pairs).unwrap_or_default();
    let mut checks = vec![check(view, "logs:CreateLogGroup", name, "")?.request_tags(tags.iter().copied())];
    if !tags.is_empty() {
        let arn = address::group_arn(view, name);
        checks.push(Check::new("logs:TagResource", arn).request_tags(tags));
    }
    Ok(Access::Checks(checks))
}

pub fn create_log_stream(view: &View, input: &CreateLogStreamRequest) -> Result<Access> {
    stream(view, "logs:CreateLogStream", (&input.log_group_name, &input.log_stream_name))
}

pub fn delete_log_group(view: &View, input: &DeleteLogGroupRequest) -> Result<Access> {
    group(view, "logs:DeleteLogGroup", &input.log_group_name)
}

pub fn delete_log_stream(view: &View, input: &DeleteLogStreamRequest) -> Result<Access> {
    stream(view, "logs:DeleteLogStream", (&input.log_group_name, &input.log_stream_name))
}

pub fn delete_metric_filter(view: &View, input: &DeleteMetricFilterRequest) -> Result<Access> {
    group(view, "logs:DeleteMetricFilter", &input.log_group_name)
}

pub fn delete_resource_policy(_view: &View, _input: &DeleteResourcePolicyRequest) -> Result<Access> {
    Ok(Access::to(Check::new("logs:DeleteResourcePolicy", "*")))
}

pub fn delete_retention_policy(view: &View, input: &DeleteRetentionPolicyRequest) -> Result<Access> {
    group(view, "logs:DeleteRetentionPolicy", &input.log_group_name)
}

pub fn delete_subscription_filter(view: &View, input: &DeleteSubscriptionFilterRequest) -> Result<Access> {
    group(view, "logs:DeleteSubscriptionFilter", &input.log_group_name)
}

pub fn describe_log_groups(view: &View, _input: &DescribeLogGroupsRequest) -> Result<Access> {
    group(view, "logs:DescribeLogGroups", "")
}

pub fn describe_log_streams(view: &View, input: &DescribeLogStreamsRequest) -> Result<Access> {
    let name = address::named(view, input.log_group_name.as_deref(), input.log_group_identifier.as_deref())?;
    group(view, "logs:DescribeLogStreams", name)
}

pub fn describe_metric_filters(view: &View, input: &DescribeMetricFiltersRequest) -> Result<Access> {
    group(view, "logs:DescribeMetricFilters", input.log_group_name.as_deref().unwrap_or_default())
}

pub fn describe_resource_policies(_view: &View, _input: &DescribeResourcePoliciesRequest) -> Result<Access> {
    Ok(Access::to(Check::new("logs:DescribeResourcePolicies", "*")))
}

pub fn describe_subscription_filters(view: &View, input: &DescribeSubscriptionFiltersRequest) -> Result<Access> {
    group(view, "logs:DescribeSubscriptionFilters", &input.log_group_name)
}

pub fn disassociate_kms_key(view: &View, input: &DisassociateKmsKeyRequest) -> Result<Access> {
    let name = address::named(view, input.log_group_name.as_deref(), input.resource_identifier.as_deref())?;
    group(view, "logs:DisassociateKmsKey", name)
}

pub fn filter_log_events(view: &View, input: &FilterLogEventsRequest) -> Result<Access> {
    let name = address::named(view, input.log_group_name.as_deref(), input.log_group_identifier.as_deref())?;
    group(view, "logs:FilterLogEvents", name)
}

pub fn get_log_events(view: &View, input: &GetLogEventsRequest) -> Result<Access> {
    let name = address::named(view, input.log_group_name.as_deref(), input.log_group_identifier.as_deref())?;
    stream(view, "logs:GetLogEvents", (name, &input.log_stream_name))
}

pub fn list_log_groups(view: &View, _input: &ListLogGroupsRequest) -> Result<Access> {
    group(view, "logs:ListLogGroups", "")
}

pub fn list_tags_for_resource(view: &View, input: &ListTagsForResourceRequest) -> Result<Access> {
    tagged(view, "logs:ListTagsForResource", &input.resource_arn).map(Access::to)
}

pub fn list_tags_log_group(view: &View, input: &ListTagsLogGroupRequest) -> Result<Access> {
    group(view, "logs:ListTagsLogGroup", &input.log_group_name)
}

pub fn put_log_events(view: &View, input: &PutLogEventsRequest) -> Result<Access> {
    stream(view, "logs:PutLogEvents", (&input.log_group_name, &input.log_stream_name))
}

pub fn put_log_group_deletion_protection(view: &View, input: &PutLogGroupDeletionProtectionRequest) -> Result<Access> {
    group(view, "logs:PutLogGroupDeletionProtection", address::identified(view, &input.log_group_identifier)?)
}

pub fn put_metric_filter(view: &View, input: &PutMetricFilterRequest) -> Result<Access> {
    group(view, "logs:PutMetricFilter", &input.log_group_name)
}

pub fn put_resource_policy(_view: &View, _input: &PutResourcePolicyRequest) -> Result<Access> {
    Ok(Access::to(Check::new("logs:PutResourcePolicy", "*")))
}

pub fn put_retention_policy(view: &View, input: &PutRetentionPolicyRequest) -> Result<Access> {
    group(view, "logs:PutRetentionPolicy", &input.log_group_name)
}

/// A role would have to be passed; functions take none.
pub fn put_subscription_filter(view: &View, input: &PutSubscriptionFilterRequest) -> Result<Access> {
    let mut checks = vec![check(view, "logs:PutSubscriptionFilter", &input.log_group_name, "")?];
    if let Some(role) = &input.role_arn {
        checks.push(Check::new("iam:PassRole", role.as_str()).key("iam:PassedToService", "logs.amazonaws.com"));
    }
    Ok(Access::Checks(checks))
}

pub fn tag_log_group(view: &View, input: &TagLogGroupRequest) -> Result<Access> {
    Ok(Access::to(check(view, "logs:TagLogGroup", &input.log_group_name, "")?.request_tags(pairs(&input.tags))))
}

pub fn tag_resource(view: &View, input: &TagResourceRequest) -> Result<Access> {
    Ok(Access::to(tagged(view, "logs:TagResource", &input.resource_arn)?.request_tags(pairs(&input.tags))))
}

pub fn test_metric_filter(_view: &View, _input: &TestMetricFilterRequest) -> Result<Access> {
    Ok(Access::to(Check::new("logs:TestMetricFilter", "*")))
}

pub fn untag_log_group(view: &View, input: &UntagLogGroupRequest) -> Result<Access> {
    let check = check(view, "logs:UntagLogGroup", &input.log_group_name, "")?;
    Ok(Access::to(check.keys("aws:TagKeys", input.tags.iter().cloned())))
}

pub fn untag_resource(view: &View, input: &UntagResourceRequest) -> Result<Access> {
    let check = tagged(view, "logs:UntagResource", &input.resource_arn)?;
    Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
}

/// An action on a log group, or on all of them where the name is empty.
fn group(view: &View, action: &'static str, name: &str) -> Result<Access> {
    check(view, action, name, "").map(Access::to)
}

fn stream(view: &View, action: &'static str, (group, stream): (&str, &str)) -> Result<Access> {
    check(view, action, group, stream).map(Access::to)
}

fn check(view: &View, action: &'static str, group: &str, stream: &str) -> Result<Check> {
    with_tags(view, Check::new(action, stream_arn(view, group, stream)), group)
}

fn tagged(view: &View, action: &'static str, arn: &str) -> Result<Check> {
    let name = address::tagged(view, arn)?;
    with_tags(view, Check::new(action, address::group_arn(view, name)), name)
}

fn with_tags(view: &View, check: Check, group: &str) -> Result<Check> {
    let check = match view.get(&GROUPS, group)? {
        Some(row) => check.resource_tags(pairs(&row.tags)),
        None => check,
    };
    Ok(match permissions::together(view)? {
        Some(text) => check.with_policy("resource policies of CloudWatch Logs", text, PolicyRole::Optional),
        None => check,
    })
}

fn pairs(tags: &IndexMap<String, String>) -> Vec<(&str, &str)> {
    tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}
