//! IAM Access Analyzer.

use super::{Line, Listing};

const RULE: &str =
    r#"CreateArchiveRule {"analyzerName": "outside", "ruleName": "queues", "filter": {"isPublic": {"eq": ["true"]}}}"#;

pub static COMMON: &[&str] = &[r#"CreateAnalyzer {"analyzerName": "outside", "type": "ACCOUNT"}"#];

const NAME: &str = r#"{"analyzerName": "outside"}"#;
const ARN: &str = r#"{"analyzerArn": "{arn}"}"#;
const ON_RULE: &str = r#"{"analyzerName": "outside", "ruleName": "queues"}"#;

macro_rules! generate {
    () => {
        r#"{"policyGenerationDetails": {"principalArn": "{RoleArn}"}, "cloudTrailDetails": {"accessRole": "{RoleArn}", "startTime": "2025-12-01T00:00:00Z", "trails": [{"cloudTrailArn": "arn:aws:cloudtrail:us-east-1:000000000000:trail/audit"}]}}"#
    };
}

macro_rules! propose {
    ($name:literal) => {
        concat!(
            r#"{"analyzerArn": "{arn}", "configurations": {"arn:aws:s3:::"#,
            $name,
            r#"": {"s3Bucket": {"bucketAclGrants": []}}}}"#
        )
    };
}

const PREVIEW: &str = concat!("CreateAccessPreview ", propose!("proposed"));
const ON_PREVIEW: &str = r#"{"analyzerArn": "{arn}", "accessPreviewId": "{id}"}"#;
const READER: &str = r#"iam.CreateRole {"RoleName": "reader", "AssumeRolePolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"access-analyzer.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}}"}"#;
const GENERATION: &str = concat!("StartPolicyGeneration ", generate!());
const GENERATE: &str = generate!();

pub static LINES: &[Line] = &[
    ("access-analyzer.ApplyArchiveRule", &[RULE], r#"{"analyzerArn": "{arn}", "ruleName": "queues"}"#),
    (
        "access-analyzer.CreateAnalyzer",
        &[],
        r#"{"analyzerName": "idle", "type": "ACCOUNT_UNUSED_ACCESS", "tags": {"team": "a"}}"#,
    ),
    (
        "access-analyzer.CreateArchiveRule",
        &[],
        r#"{"analyzerName": "outside", "ruleName": "two", "filter": {"isPublic": {"eq": ["true"]}}}"#,
    ),
    ("access-analyzer.DeleteAnalyzer", &[], NAME),
    ("access-analyzer.DeleteArchiveRule", &[RULE], ON_RULE),
    ("access-analyzer.GetAnalyzer", &[], NAME),
    ("access-analyzer.GetArchiveRule", &[RULE], ON_RULE),
    ("access-analyzer.GetFinding", &[], r#"{"analyzerArn": "{arn}", "id": "none"}"#),
    ("access-analyzer.GetFindingV2", &[], r#"{"analyzerArn": "{arn}", "id": "none"}"#),
    ("access-analyzer.GetFindingsStatistics", &[], ARN),
    ("access-analyzer.GetAnalyzedResource", &[], r#"{"analyzerArn": "{arn}", "resourceArn": "arn:aws:s3:::none"}"#),
    ("access-analyzer.ListAnalyzedResources", &[], ARN),
    ("access-analyzer.ListArchiveRules", &[], NAME),
    ("access-analyzer.ListFindings", &[], ARN),
    ("access-analyzer.ListFindingsV2", &[], ARN),
    ("access-analyzer.ListTagsForResource", &[], r#"{"resourceArn": "{arn}"}"#),
    (
        "access-analyzer.StartResourceScan",
        &[r#"s3.CreateBucket {"Bucket": "looked-at"}"#],
        r#"{"analyzerArn": "{arn}", "resourceArn": "arn:aws:s3:::looked-at"}"#,
    ),
    ("access-analyzer.TagResource", &[], r#"{"resourceArn": "{arn}", "tags": {"team": "a"}}"#),
    ("access-analyzer.UntagResource", &[], r#"{"resourceArn": "{arn}", "tagKeys": ["team"]}"#),
    ("access-analyzer.UpdateAnalyzer", &[], NAME),
    (
        "access-analyzer.UpdateArchiveRule",
        &[RULE],
        r#"{"analyzerName": "outside", "ruleName": "queues", "filter": {"isPublic": {"eq": ["false"]}}}"#,
    ),
    (
        "access-analyzer.UpdateFindings",
        &[],
        r#"{"analyzerArn": "{arn}", "status": "ARCHIVED", "resourceArn": "arn:aws:s3:::none"}"#,
    ),
    (
        "access-analyzer.CheckAccessNotGranted",
        &[],
        r#"{"policyType": "IDENTITY_POLICY", "access": [{"actions": ["sqs:SendMessage"]}], "policyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}"}"#,
    ),
    (
        "access-analyzer.CheckNoNewAccess",
        &[],
        r#"{"policyType": "IDENTITY_POLICY", "newPolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}", "existingPolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}"}"#,
    ),
    (
        "access-analyzer.CheckNoPublicAccess",
        &[],
        r#"{"resourceType": "AWS::S3::Bucket", "policyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}"}"#,
    ),
    ("access-analyzer.CreateAccessPreview", &[], propose!("proposed")),
    ("access-analyzer.GetAccessPreview", &[PREVIEW], ON_PREVIEW),
    ("access-analyzer.ListAccessPreviewFindings", &[PREVIEW], ON_PREVIEW),
    ("access-analyzer.ListAccessPreviews", &[], ARN),
    ("access-analyzer.GenerateFindingRecommendation", &[], r#"{"analyzerArn": "{arn}", "id": "none"}"#),
    ("access-analyzer.GetFindingRecommendation", &[], r#"{"analyzerArn": "{arn}", "id": "none"}"#),
    ("access-analyzer.StartPolicyGeneration", &[READER], GENERATE),
    ("access-analyzer.GetGeneratedPolicy", &[READER, GENERATION], r#"{"jobId": "{jobId}"}"#),
    ("access-analyzer.CancelPolicyGeneration", &[READER, GENERATION], r#"{"jobId": "{jobId}"}"#),
    ("access-analyzer.ValidatePolicy", &[], r#"{"policyType": "IDENTITY_POLICY", "policyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}"}"#),
];

pub static LISTINGS: &[Listing] = &[
    ("access-analyzer.ListAccessPreviews", 3, &[concat!("CreateAccessPreview ", propose!("proposed-{n}"))], ARN),
    ("access-analyzer.ListAccessPreviewFindings", 0, &[PREVIEW], ON_PREVIEW),
    ("access-analyzer.ListPolicyGenerations", 0, &[READER, GENERATION], "{}"),
    ("access-analyzer.ListAnalyzedResources", 0, &[], ARN),
    ("access-analyzer.ListAnalyzers", 0, &[], "{}"),
    (
        "access-analyzer.ListArchiveRules",
        3,
        &[r#"CreateArchiveRule {"analyzerName": "outside", "ruleName": "rule-{n}", "filter": {"isPublic": {"eq": ["true"]}}}"#],
        NAME,
    ),
    ("access-analyzer.ListFindings", 0, &[], ARN),
    ("access-analyzer.ListFindingsV2", 0, &[], ARN),
    ("access-analyzer.ValidatePolicy", 0, &[], r#"{"policyType": "IDENTITY_POLICY", "policyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}"}"#),
];
