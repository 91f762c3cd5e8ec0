//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html>

use crate::api::*;
use crate::ops::{groups, sampling, tags::Tagged};
use crate::state::Group as GroupRow;
use service::{Access, CallerKind, Check, IndexMap, Result, View};

fn any(action: &'static str) -> Result<Access> {
    Ok(Access::to(Check::new(action, "*")))
}

/// Services send their own segments by service-linked roles, whose rights nobody can take away.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-xray.html>
fn sent(view: &View, action: &'static str) -> Result<Access> {
    if view.caller().kind == CallerKind::Service { Ok(Access::Signed) } else { any(action) }
}

pub fn put_trace_segments(view: &View, _: &PutTraceSegmentsRequest) -> Result<Access> {
    sent(view, "xray:PutTraceSegments")
}

pub fn put_telemetry_records(view: &View, _: &PutTelemetryRecordsRequest) -> Result<Access> {
    sent(view, "xray:PutTelemetryRecords")
}

pub fn batch_get_traces(_: &View, _: &BatchGetTracesRequest) -> Result<Access> {
    any("xray:BatchGetTraces")
}

pub fn get_trace_summaries(_: &View, _: &GetTraceSummariesRequest) -> Result<Access> {
    any("xray:GetTraceSummaries")
}

pub fn get_service_graph(_: &View, _: &GetServiceGraphRequest) -> Result<Access> {
    any("xray:GetServiceGraph")
}

pub fn get_trace_graph(_: &View, _: &GetTraceGraphRequest) -> Result<Access> {
    any("xray:GetTraceGraph")
}

pub fn get_encryption_config(_: &View, _: &GetEncryptionConfigRequest) -> Result<Access> {
    any("xray:GetEncryptionConfig")
}

pub fn put_encryption_config(_: &View, _: &PutEncryptionConfigRequest) -> Result<Access> {
    any("xray:PutEncryptionConfig")
}

pub fn get_sampling_rules(_: &View, _: &GetSamplingRulesRequest) -> Result<Access> {
    any("xray:GetSamplingRules")
}

pub fn get_sampling_targets(_: &View, _: &GetSamplingTargetsRequest) -> Result<Access> {
    any("xray:GetSamplingTargets")
}

pub fn get_sampling_statistic_summaries(_: &View, _: &GetSamplingStatisticSummariesRequest) -> Result<Access> {
    any("xray:GetSamplingStatisticSummaries")
}

fn pairs(tags: Option<&[Tag]>) -> Vec<(&str, &str)> {
    tags.unwrap_or_default().iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect()
}

fn tagged<'a>(check: Check, tags: &'a IndexMap<String, String>) -> Check {
    check.resource_tags(tags.iter().map(|(key, value): (&'a String, _)| (key.as_str(), value.as_str())))
}

/// The end of a new group's ARN is not known before it is there.
pub fn create_group(view: &View, input: &CreateGroupRequest) -> Result<Access> {
    let row = GroupRow { name: input.group_name.clone(), id: "*".to_owned(), ..GroupRow::default() };
    let check = Check::new("xray:CreateGroup", groups::arn(view, &row).as_str());
    Ok(Access::to(check.request_tags(pairs(input.tags.as_deref()))))
}

fn on_group(view: &View, action: &'static str, (name, arn): (Option<&str>, Option<&str>)) -> Result<Access> {
    let found = if name.or(arn).is_some() { groups::look(view, name, arn)? } else { None };
    Ok(Access::to(match found {
        Some(row) => tagged(Check::new(action, groups::arn(view, &row).as_str()), &row.tags),
        None => {
            let row = GroupRow { name: name.unwrap_or("*").to_owned(), id: "*".to_owned(), ..GroupRow::default() };
            let unknown = || groups::arn(view, &row).to_string();
            Check::new(action, arn.map_or_else(unknown, str::to_owned))
        }
    }))
}

pub fn get_group(view: &View, input: &GetGroupRequest) -> Result<Access> {
    on_group(view, "xray:GetGroup", (input.group_name.as_deref(), input.group_arn.as_deref()))
}

pub fn get_groups(_: &View, _: &GetGroupsRequest) -> Result<Access> {
    any("xray:GetGroups")
}

pub fn update_group(view: &View, input: &UpdateGroupRequest) -> Result<Access> {
    on_group(view, "xray:UpdateGroup", (input.group_name.as_deref(), input.group_arn.as_deref()))
}

pub fn delete_group(view: &View, input: &DeleteGroupRequest) -> Result<Access> {
    on_group(view, "xray:DeleteGroup", (input.group_name.as_deref(), input.group_arn.as_deref()))
}

fn on_rule(view: &View, action: &'static str, (name, arn): (Option<&str>, Option<&str>)) -> Result<Check> {
    let Some(name) = sampling::named(view, name, arn) else {
        return Ok(Check::new(action, arn.unwrap_or("*").to_owned()));
    };
    let check = Check::new(action, sampling::arn(view, &name).as_str());
    Ok(match crate::sampling::find(view, &name)? {
        Some(row) => tagged(check, &row.tags),
        None => check,
    })
}

pub fn create_sampling_rule(view: &View, input: &CreateSamplingRuleRequest) -> Result<Access> {
    let rule = &input.sampling_rule;
    let check = on_rule(view, "xray:CreateSamplingRule", (rule.rule_name.as_deref(), rule.rule_arn.as_deref()))?;
    Ok(Access::to(check.request_tags(pairs(input.tags.as_deref()))))
}

pub fn update_sampling_rule(view: &View, input: &UpdateSamplingRuleRequest) -> Result<Access> {
    let rule = &input.sampling_rule_update;
    on_rule(view, "xray:UpdateSamplingRule", (rule.rule_name.as_deref(), rule.rule_arn.as_deref())).map(Access::to)
}

pub fn delete_sampling_rule(view: &View, input: &DeleteSamplingRuleRequest) -> Result<Access> {
    on_rule(view, "xray:DeleteSamplingRule", (input.rule_name.as_deref(), input.rule_arn.as_deref())).map(Access::to)
}

fn on_arn(view: &View, action: &'static str, arn: &str) -> Check {
    let check = Check::new(action, arn.to_owned());
    match Tagged::find(view, arn) {
        Ok(found) => tagged(check, found.tags()),
        Err(_) => check,
    }
}

pub fn list_tags_for_resource(view: &View, input: &ListTagsForResourceRequest) -> Result<Access> {
    Ok(Access::to(on_arn(view, "xray:ListTagsForResource", &input.resource_arn)))
}

pub fn tag_resource(view: &View, input: &TagResourceRequest) -> Result<Access> {
    let check = on_arn(view, "xray:TagResource", &input.resource_arn);
    Ok(Access::to(check.request_tags(pairs(Some(&input.tags)))))
}

pub fn untag_resource(view: &View, input: &UntagResourceRequest) -> Result<Access> {
    let check = on_arn(view, "xray:UntagResource", &input.resource_arn);
    Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
}
