//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamaccessanalyzer.html>

use crate::api::*;
use crate::names;
use crate::state::ANALYZERS;
use service::{Access, ArnParts, Check, Result, View};

/// Archive rules and tags come with it; both are part of the same call.
pub fn create_analyzer(view: &View, input: &CreateAnalyzerRequest) -> Result<Access> {
    let check = analyzer(view, "access-analyzer:CreateAnalyzer", &input.analyzer_name)?;
    let tags = input.tags.iter().flatten().map(|(key, value)| (key.as_str(), value.as_str()));
    Ok(Access::to(check.request_tags(tags)))
}

pub fn tag_resource(view: &View, input: &TagResourceRequest) -> Result<Access> {
    let tags = input.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    Ok(Access::to(by_arn(view, "access-analyzer:TagResource", &input.resource_arn)?.request_tags(tags)))
}

pub fn untag_resource(view: &View, input: &UntagResourceRequest) -> Result<Access> {
    let check = by_arn(view, "access-analyzer:UntagResource", &input.resource_arn)?;
    Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
}

/// Operations on an analyzer by its name.
macro_rules! on_named {
    ($($function:ident, $input:ident, $action:literal;)*) => { $(
        pub fn $function(view: &View, input: &$input) -> Result<Access> {
            Ok(Access::to(analyzer(view, $action, &input.analyzer_name)?))
        }
    )* };
}

on_named! {
    delete_analyzer, DeleteAnalyzerRequest, "access-analyzer:DeleteAnalyzer";
    get_analyzer, GetAnalyzerRequest, "access-analyzer:GetAnalyzer";
    update_analyzer, UpdateAnalyzerRequest, "access-analyzer:UpdateAnalyzer";
    list_archive_rules, ListArchiveRulesRequest, "access-analyzer:ListArchiveRules";
}

/// Operations on an archive rule of an analyzer.
macro_rules! on_rule {
    ($($function:ident, $input:ident, $action:literal;)*) => { $(
        pub fn $function(view: &View, input: &$input) -> Result<Access> {
            let rule = format_args!("analyzer/{}/archive-rule/{}", input.analyzer_name, input.rule_name).to_string();
            Ok(Access::to(Check::new($action, view.arn("access-analyzer", rule).to_string())))
        }
    )* };
}

on_rule! {
    create_archive_rule, CreateArchiveRuleRequest, "access-analyzer:CreateArchiveRule";
    delete_archive_rule, DeleteArchiveRuleRequest, "access-analyzer:DeleteArchiveRule";
    get_archive_rule, GetArchiveRuleRequest, "access-analyzer:GetArchiveRule";
    update_archive_rule, UpdateArchiveRuleRequest, "access-analyzer:UpdateArchiveRule";
}

/// Operations on an analyzer by its ARN.
macro_rules! on_arn {
    ($($function:ident, $input:ident, $member:ident, $action:literal;)*) => { $(
        pub fn $function(view: &View, input: &$input) -> Result<Access> {
            Ok(Access::to(by_arn(view, $action, &input.$member)?))
        }
    )* };
}

// The second version of an operation has the action of the first.
on_arn! {
    apply_archive_rule, ApplyArchiveRuleRequest, analyzer_arn, "access-analyzer:ApplyArchiveRule";
    create_access_preview, CreateAccessPreviewRequest, analyzer_arn, "access-analyzer:CreateAccessPreview";
    get_access_preview, GetAccessPreviewRequest, analyzer_arn, "access-analyzer:GetAccessPreview";
    list_access_previews, ListAccessPreviewsRequest, analyzer_arn, "access-analyzer:ListAccessPreviews";
    list_access_preview_findings, ListAccessPreviewFindingsRequest, analyzer_arn,
        "access-analyzer:ListAccessPreviewFindings";
    generate_finding_recommendation, GenerateFindingRecommendationRequest, analyzer_arn,
        "access-analyzer:GenerateFindingRecommendation";
    get_finding_recommendation, GetFindingRecommendationRequest, analyzer_arn, "access-analyzer:GetFindingRecommendation";
    get_analyzed_resource, GetAnalyzedResourceRequest, analyzer_arn, "access-analyzer:GetAnalyzedResource";
    get_finding, GetFindingRequest, analyzer_arn, "access-analyzer:GetFinding";
    get_findings_statistics, GetFindingsStatisticsRequest, analyzer_arn, "access-analyzer:GetFindingsStatistics";
    get_finding_v2, GetFindingV2Request, analyzer_arn, "access-analyzer:GetFinding";
    list_analyzed_resources, ListAnalyzedResourcesRequest, analyzer_arn, "access-analyzer:ListAnalyzedResources";
    list_findings, ListFindingsRequest, analyzer_arn, "access-analyzer:ListFindings";
    list_findings_v2, ListFindingsV2Request, analyzer_arn, "access-analyzer:ListFindings";
    list_tags_for_resource, ListTagsForResourceRequest, resource_arn, "access-analyzer:ListTagsForResource";
    start_resource_scan, StartResourceScanRequest, analyzer_arn, "access-analyzer:StartResourceScan";
    update_findings, UpdateFindingsRequest, analyzer_arn, "access-analyzer:UpdateFindings";
}

/// The question about an analyzer of this region, with its tags.
fn analyzer(view: &View, action: &'static str, name: &str) -> Result<Check> {
    by_arn(view, action, names::arn(view, name).as_ref())
}

fn by_arn(view: &View, action: &'static str, arn: &str) -> Result<Check> {
    let check = Check::new(action, arn);
    let Some(name) = names::name_in(view, arn) else { return Ok(check) };
    Ok(match view.get(&ANALYZERS, &names::key(view, &name))? {
        Some(row) => check.resource_tags(row.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))),
        None => check,
    })
}

/// The role that reads for a generation is handed over.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-generation.html#access-analyzer-policy-generation-perms>
pub fn start_policy_generation(_view: &View, input: &StartPolicyGenerationRequest) -> Result<Access> {
    let mut checks = vec![Check::new("access-analyzer:StartPolicyGeneration", "*")];
    if let Some(details) = &input.cloud_trail_details {
        let pass = Check::new("iam:PassRole", details.access_role.as_str());
        let pass = pass.key("iam:PassedToService", "access-analyzer.amazonaws.com");
        let owner = ArnParts::parse(&details.access_role).ok().and_then(|parts| parts.account.parse().ok());
        checks.push(match owner {
            Some(account) => pass.owned_by(account),
            None => pass,
        });
    }
    Ok(Access::Checks(checks))
}

/// Operations on nothing in particular.
macro_rules! on_none {
    ($($function:ident, $input:ident, $action:literal;)*) => { $(
        pub fn $function(_view: &View, _input: &$input) -> Result<Access> {
            Ok(Access::to(Check::new($action, "*")))
        }
    )* };
}

on_none! {
    cancel_policy_generation, CancelPolicyGenerationRequest, "access-analyzer:CancelPolicyGeneration";
    get_generated_policy, GetGeneratedPolicyRequest, "access-analyzer:GetGeneratedPolicy";
    list_policy_generations, ListPolicyGenerationsRequest, "access-analyzer:ListPolicyGenerations";
    list_analyzers, ListAnalyzersRequest, "access-analyzer:ListAnalyzers";
    validate_policy, ValidatePolicyRequest, "access-analyzer:ValidatePolicy";
    check_no_new_access, CheckNoNewAccessRequest, "access-analyzer:CheckNoNewAccess";
    check_access_not_granted, CheckAccessNotGrantedRequest, "access-analyzer:CheckAccessNotGranted";
    check_no_public_access, CheckNoPublicAccessRequest, "access-analyzer:CheckNoPublicAccess";
}
