//! CloudWatch.

use super::{Line, Listing};

pub static COMMON: &[&str] = &[
    r#"PutMetricAlarm {"AlarmName": "one", "Namespace": "Shop", "MetricName": "Orders", "Statistic": "Sum", "Period": 60,
        "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold"}"#,
    r#"PutDashboard {"DashboardName": "one", "DashboardBody": "{\"widgets\":[]}"}"#,
    r#"PutMetricData {"Namespace": "Shop", "MetricData": [{"MetricName": "Orders", "Value": 1}]}"#,
];

const NAMES: &str = r#"{"AlarmNames": ["one"]}"#;
const ARN: &str = r#"{"ResourceARN": "arn:aws:cloudwatch:us-east-1:{Account}:alarm:one"}"#;
const METRIC: &str = r#"{"Namespace": "Shop", "MetricName": "Orders"}"#;

pub static LINES: &[Line] = &[
    ("monitoring.DeleteAlarms", &[], NAMES),
    ("monitoring.DeleteDashboards", &[], r#"{"DashboardNames": ["one"]}"#),
    ("monitoring.DescribeAlarmHistory", &[], r#"{"AlarmName": "one"}"#),
    ("monitoring.DescribeAlarmsForMetric", &[], METRIC),
    ("monitoring.DisableAlarmActions", &[], NAMES),
    ("monitoring.EnableAlarmActions", &[], NAMES),
    ("monitoring.GetDashboard", &[], r#"{"DashboardName": "one"}"#),
    (
        "monitoring.GetMetricData",
        &[],
        r#"{"StartTime": "2025-12-31T23:00:00Z", "EndTime": "2026-01-01T01:00:00Z", "MetricDataQueries": [{"Id": "m1",
            "MetricStat": {"Metric": {"Namespace": "Shop", "MetricName": "Orders"}, "Period": 60, "Stat": "Sum"}}]}"#,
    ),
    (
        "monitoring.GetMetricStatistics",
        &[],
        r#"{"Namespace": "Shop", "MetricName": "Orders", "StartTime": "2025-12-31T23:00:00Z",
            "EndTime": "2026-01-01T01:00:00Z", "Period": 60, "Statistics": ["Sum"]}"#,
    ),
    ("monitoring.ListTagsForResource", &[], ARN),
    (
        "monitoring.PutCompositeAlarm",
        &[],
        r#"{"AlarmName": "two", "AlarmRule": "ALARM(one)", "Tags": [{"Key": "team", "Value": "a"}]}"#,
    ),
    ("monitoring.PutDashboard", &[], r#"{"DashboardName": "two", "DashboardBody": "{\"widgets\":[]}"}"#),
    (
        "monitoring.PutMetricAlarm",
        &[],
        r#"{"AlarmName": "two", "Namespace": "Shop", "MetricName": "Orders", "Statistic": "Sum", "Period": 60,
            "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold",
            "Tags": [{"Key": "team", "Value": "a"}]}"#,
    ),
    ("monitoring.PutMetricData", &[], r#"{"Namespace": "Shop", "MetricData": [{"MetricName": "Orders", "Value": 1}]}"#),
    ("monitoring.SetAlarmState", &[], r#"{"AlarmName": "one", "StateValue": "ALARM", "StateReason": "tried"}"#),
    (
        "monitoring.TagResource",
        &[],
        r#"{"ResourceARN": "arn:aws:cloudwatch:us-east-1:{Account}:alarm:one", "Tags": [{"Key": "team", "Value": "a"}]}"#,
    ),
    (
        "monitoring.UntagResource",
        &[],
        r#"{"ResourceARN": "arn:aws:cloudwatch:us-east-1:{Account}:alarm:one", "TagKeys": ["team"]}"#,
    ),
];

const ALARM: &str = r#"PutMetricAlarm {"AlarmName": "more{n}", "Namespace": "Shop", "MetricName": "Orders", "Statistic": "Sum",
    "Period": 60, "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold"}"#;
const TAG: &str = r#"TagResource {"ResourceARN": "arn:aws:cloudwatch:us-east-1:{Account}:alarm:one",
    "Tags": [{"Key": "k{n}", "Value": "a"}]}"#;

pub static LISTINGS: &[Listing] = &[
    ("monitoring.DescribeAlarmHistory", 3, &[ALARM], "{}"),
    ("monitoring.DescribeAlarms", 3, &[ALARM], "{}"),
    (
        "monitoring.ListDashboards",
        3,
        &[r#"PutDashboard {"DashboardName": "more{n}", "DashboardBody": "{\"widgets\":[]}"}"#],
        "{}",
    ),
    (
        "monitoring.ListMetrics",
        3,
        &[r#"PutMetricData {"Namespace": "Shop", "MetricData": [{"MetricName": "m{n}", "Value": 1}]}"#],
        "{}",
    ),
    (
        "monitoring.ListTagsForResource",
        3,
        &[TAG],
        r#"{"ResourceARN": "arn:aws:cloudwatch:us-east-1:111111111111:alarm:one"}"#,
    ),
];
