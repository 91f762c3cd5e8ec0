//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html>

use crate::alarm::message;
use crate::api::*;
use crate::ops::dashboards;
use crate::ops::tags::{Tagged, find, tagged};
use crate::state::{ALARMS, DASHBOARDS};
use service::{Access, Check, Result, View};

pub fn delete_alarms(view: &View, input: &DeleteAlarmsInput) -> Result<Access> {
    alarms(view, "cloudwatch:DeleteAlarms", &input.alarm_names)
}

pub fn delete_dashboards(view: &View, input: &DeleteDashboardsInput) -> Result<Access> {
    let action = "cloudwatch:DeleteDashboards";
    if input.dashboard_names.is_empty() {
        return dashboard(view, action, "*").map(Access::to);
    }
    let checks = input.dashboard_names.iter().map(|name| dashboard(view, action, name));
    checks.collect::<Result<_>>().map(Access::Checks)
}

pub fn describe_alarm_history(view: &View, input: &DescribeAlarmHistoryInput) -> Result<Access> {
    alarm(view, "cloudwatch:DescribeAlarmHistory", input.alarm_name.as_deref().unwrap_or("*")).map(Access::to)
}

/// It lists, whatever it is asked for.
pub fn describe_alarms(view: &View, _input: &DescribeAlarmsInput) -> Result<Access> {
    alarm(view, "cloudwatch:DescribeAlarms", "*").map(Access::to)
}

pub fn describe_alarms_for_metric(_view: &View, _input: &DescribeAlarmsForMetricInput) -> Result<Access> {
    Ok(Access::to(Check::new("cloudwatch:DescribeAlarmsForMetric", "*")))
}

pub fn disable_alarm_actions(view: &View, input: &DisableAlarmActionsInput) -> Result<Access> {
    alarms(view, "cloudwatch:DisableAlarmActions", &input.alarm_names)
}

pub fn enable_alarm_actions(view: &View, input: &EnableAlarmActionsInput) -> Result<Access> {
    alarms(view, "cloudwatch:EnableAlarmActions", &input.alarm_names)
}

pub fn get_dashboard(view: &View, input: &GetDashboardInput) -> Result<Access> {
    dashboard(view, "cloudwatch:GetDashboard", &input.dashboard_name).map(Access::to)
}

pub fn get_metric_data(_view: &View, _input: &GetMetricDataInput) -> Result<Access> {
    Ok(Access::to(Check::new("cloudwatch:GetMetricData", "*")))
}

pub fn get_metric_statistics(_view: &View, _input: &GetMetricStatisticsInput) -> Result<Access> {
    Ok(Access::to(Check::new("cloudwatch:GetMetricStatistics", "*")))
}

pub fn list_dashboards(_view: &View, _input: &ListDashboardsInput) -> Result<Access> {
    Ok(Access::to(Check::new("cloudwatch:ListDashboards", "*")))
}

pub fn list_metrics(_view: &View, _input: &ListMetricsInput) -> Result<Access> {
    Ok(Access::to(Check::new("cloudwatch:ListMetrics", "*")))
}

pub fn list_tags_for_resource(view: &View, input: &ListTagsForResourceInput) -> Result<Access> {
    resource(view, "cloudwatch:ListTagsForResource", &input.resource_arn).map(Access::to)
}

/// Tags on creation need TagResource too.
pub fn put_composite_alarm(view: &View, input: &PutCompositeAlarmInput) -> Result<Access> {
    let actions = [&input.ok_actions, &input.alarm_actions, &input.insufficient_data_actions];
    put_alarm(view, "cloudwatch:PutCompositeAlarm", (&input.alarm_name, input.tags.as_deref()), actions)
}

pub fn put_dashboard(view: &View, input: &PutDashboardInput) -> Result<Access> {
    let tags = pairs(input.tags.as_deref());
    let check = dashboard(view, "cloudwatch:PutDashboard", &input.dashboard_name)?;
    let mut checks = vec![check.request_tags(tags.iter().copied())];
    if !tags.is_empty() {
        checks.push(dashboard(view, "cloudwatch:TagResource", &input.dashboard_name)?.request_tags(tags));
    }
    Ok(Access::Checks(checks))
}

/// Tags on creation need TagResource too.
pub fn put_metric_alarm(view: &View, input: &PutMetricAlarmInput) -> Result<Access> {
    let actions = [&input.ok_actions, &input.alarm_actions, &input.insufficient_data_actions];
    put_alarm(view, "cloudwatch:PutMetricAlarm", (&input.alarm_name, input.tags.as_deref()), actions)
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html>
pub fn put_metric_data(_view: &View, input: &PutMetricDataInput) -> Result<Access> {
    let check = Check::new("cloudwatch:PutMetricData", "*").key("cloudwatch:namespace", input.namespace.as_str());
    Ok(Access::to(check))
}

pub fn set_alarm_state(view: &View, input: &SetAlarmStateInput) -> Result<Access> {
    alarm(view, "cloudwatch:SetAlarmState", &input.alarm_name).map(Access::to)
}

pub fn tag_resource(view: &View, input: &TagResourceInput) -> Result<Access> {
    let check = resource(view, "cloudwatch:TagResource", &input.resource_arn)?;
    Ok(Access::to(check.request_tags(pairs(Some(&input.tags)))))
}

pub fn untag_resource(view: &View, input: &UntagResourceInput) -> Result<Access> {
    let check = resource(view, "cloudwatch:UntagResource", &input.resource_arn)?;
    Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
}

type Actions<'i> = [&'i Option<Vec<String>>; 3];

fn put_alarm(
    view: &View,
    action: &'static str,
    (name, tags): (&str, Option<&[Tag]>),
    actions: Actions<'_>,
) -> Result<Access> {
    let tags = pairs(tags);
    let actions = actions.into_iter().flatten().flatten().cloned();
    let check = alarm(view, action, name)?.keys("cloudwatch:AlarmActions", actions);
    let mut checks = vec![check.request_tags(tags.iter().copied())];
    if !tags.is_empty() {
        checks.push(alarm(view, "cloudwatch:TagResource", name)?.request_tags(tags));
    }
    Ok(Access::Checks(checks))
}

fn alarms(view: &View, action: &'static str, names: &[String]) -> Result<Access> {
    if names.is_empty() {
        return alarm(view, action, "*").map(Access::to);
    }
    names.iter().map(|name| alarm(view, action, name)).collect::<Result<_>>().map(Access::Checks)
}

fn alarm(view: &View, action: &'static str, name: &str) -> Result<Check> {
    let check = Check::new(action, message::arn(view, name));
    Ok(match view.get(&ALARMS, name)? {
        Some(row) => check.resource_tags(row.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))),
        None => check,
    })
}

fn dashboard(view: &View, action: &'static str, name: &str) -> Result<Check> {
    let check = Check::new(action, dashboards::arn(view, name));
    Ok(match view.get(&DASHBOARDS, name)? {
        Some(row) => check.resource_tags(row.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))),
        None => check,
    })
}

fn resource(view: &View, action: &'static str, arn: &str) -> Result<Check> {
    let what = tagged(view, arn)?;
    let check = match &what {
        Tagged::Alarm(name) => Check::new(action, message::arn(view, name)),
        Tagged::Dashboard(name) => Check::new(action, dashboards::arn(view, name)),
    };
    Ok(match find(view, &what)? {
        Some(tags) => check.resource_tags(tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))),
        None => check,
    })
}

fn pairs(tags: Option<&[Tag]>) -> Vec<(&str, &str)> {
    tags.unwrap_or_default().iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect()
}
