//! X-Ray.

use super::{Line, Listing};

pub static COMMON: &[&str] = &[
    r#"CreateGroup {"GroupName": "one", "FilterExpression": "fault"}"#,
    r#"CreateSamplingRule {"SamplingRule": {"RuleName": "one", "ResourceARN": "*", "Priority": 1, "FixedRate": 0.5, "ReservoirSize": 1, "ServiceName": "*", "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*", "Version": 1}}"#,
    r#"PutTraceSegments {"TraceSegmentDocuments": ["{\"trace_id\": \"1-6955b900-000000000000000000000001\", \"id\": \"00000000000000a1\", \"name\": \"web\", \"start_time\": 1767225600, \"end_time\": 1767225601}"]}"#,
];

const GROUP: &str = r#"{"GroupName": "one"}"#;
const RULE: &str = r#"{"RuleName": "one"}"#;
const RANGE: &str = r#"{"StartTime": 1767225000, "EndTime": 1767226000}"#;
const TRACE: &str = r#"{"TraceIds": ["1-6955b900-000000000000000000000001"]}"#;
const TAGGED: &str = r#"{"ResourceARN": "{RuleARN}"}"#;

pub static LINES: &[Line] = &[
    ("xray.BatchGetTraces", &[], TRACE),
    ("xray.CreateGroup", &[], r#"{"GroupName": "two", "Tags": [{"Key": "team", "Value": "a"}]}"#),
    (
        "xray.CreateSamplingRule",
        &[],
        r#"{"SamplingRule": {"RuleName": "two", "ResourceARN": "*", "Priority": 2, "FixedRate": 0.5, "ReservoirSize": 1, "ServiceName": "*", "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*", "Version": 1}, "Tags": [{"Key": "team", "Value": "a"}]}"#,
    ),
    ("xray.DeleteGroup", &[], GROUP),
    ("xray.DeleteSamplingRule", &[], RULE),
    ("xray.GetGroup", &[], GROUP),
    ("xray.GetServiceGraph", &[], RANGE),
    (
        "xray.GetSamplingTargets",
        &[],
        r#"{"SamplingStatisticsDocuments": [{"RuleName": "one", "ClientID": "0123456789abcdef01234567", "Timestamp": 1767225600, "RequestCount": 1, "SampledCount": 1}]}"#,
    ),
    ("xray.GetTraceGraph", &[], TRACE),
    ("xray.GetTraceSummaries", &[], RANGE),
    ("xray.ListTagsForResource", &[], TAGGED),
    ("xray.PutEncryptionConfig", &[], r#"{"Type": "NONE"}"#),
    ("xray.PutTelemetryRecords", &[], r#"{"TelemetryRecords": [{"Timestamp": 1767225600}]}"#),
    ("xray.PutTraceSegments", &[], r#"{"TraceSegmentDocuments": []}"#),
    ("xray.TagResource", &[], r#"{"ResourceARN": "{RuleARN}", "Tags": [{"Key": "team", "Value": "a"}]}"#),
    ("xray.UntagResource", &[], r#"{"ResourceARN": "{RuleARN}", "TagKeys": ["team"]}"#),
    ("xray.UpdateGroup", &[], r#"{"GroupName": "one", "FilterExpression": "ok"}"#),
    ("xray.UpdateSamplingRule", &[], r#"{"SamplingRuleUpdate": {"RuleName": "one", "Priority": 3}}"#),
];

const SEGMENTS: &str = r#"PutTraceSegments {"TraceSegmentDocuments": ["{\"trace_id\": \"1-6955b900-00000000000000000000002{n}\", \"id\": \"00000000000000a1\", \"name\": \"web{n}\", \"start_time\": 1767225600, \"end_time\": 1767225601}"]}"#;
const TRACES: &str =
    r#"{"TraceIds": ["1-6955b900-000000000000000000000021", "1-6955b900-000000000000000000000022"]}"#;

pub static LISTINGS: &[Listing] = &[
    ("xray.BatchGetTraces", 3, &[SEGMENTS], TRACES),
    ("xray.GetGroups", 3, &[r#"CreateGroup {"GroupName": "more{n}"}"#], "{}"),
    ("xray.GetSamplingRules", 1, &[], "{}"),
    (
        "xray.GetSamplingStatisticSummaries",
        1,
        &[
            r#"GetSamplingTargets {"SamplingStatisticsDocuments": [{"RuleName": "one", "ClientID": "0123456789abcdef01234567", "Timestamp": 1767225600, "RequestCount": 1, "SampledCount": 1}]}"#,
        ],
        "{}",
    ),
    ("xray.GetServiceGraph", 3, &[SEGMENTS], RANGE),
    ("xray.GetTraceGraph", 3, &[SEGMENTS], TRACES),
    ("xray.GetTraceSummaries", 3, &[SEGMENTS], RANGE),
    (
        "xray.ListTagsForResource",
        3,
        &[r#"TagResource {"ResourceARN": "{RuleARN}", "Tags": [{"Key": "k{n}", "Value": "a"}]}"#],
        TAGGED,
    ),
];
