//! Managed policies.

use super::check::{self, by_arn, policy};
use super::{one_check, tagging, untagging};
use crate::api::{
    CreatePolicyRequest, CreatePolicyVersionRequest, DeletePolicyRequest, DeletePolicyVersionRequest,
    GenerateServiceLastAccessedDetailsRequest, GetContextKeysForPrincipalPolicyRequest, GetPolicyRequest,
    GetPolicyVersionRequest, ListEntitiesForPolicyRequest, ListPoliciesGrantingServiceAccessRequest,
    ListPoliciesRequest, ListPolicyTagsRequest, ListPolicyVersionsRequest, SetDefaultPolicyVersionRequest,
    SimulatePrincipalPolicyRequest, TagPolicyRequest, UntagPolicyRequest,
};
use crate::entity::Kind;
use service::{Access, Check, Result, View};

one_check! {
    create_policy_version(CreatePolicyVersionRequest.policy_arn) "iam:CreatePolicyVersion", policy;
    delete_policy(DeletePolicyRequest.policy_arn) "iam:DeletePolicy", policy;
    delete_policy_version(DeletePolicyVersionRequest.policy_arn) "iam:DeletePolicyVersion", policy;
    generate_service_last_accessed_details(GenerateServiceLastAccessedDetailsRequest.arn)
        "iam:GenerateServiceLastAccessedDetails", by_arn;
    get_policy(GetPolicyRequest.policy_arn) "iam:GetPolicy", policy;
    get_policy_version(GetPolicyVersionRequest.policy_arn) "iam:GetPolicyVersion", policy;
    list_entities_for_policy(ListEntitiesForPolicyRequest.policy_arn) "iam:ListEntitiesForPolicy", policy;
    list_policies_granting_service_access(ListPoliciesGrantingServiceAccessRequest.arn)
        "iam:ListPoliciesGrantingServiceAccess", by_arn;
    list_policy_tags(ListPolicyTagsRequest.policy_arn) "iam:ListPolicyTags", policy;
    list_policy_versions(ListPolicyVersionsRequest.policy_arn) "iam:ListPolicyVersions", policy;
    set_default_policy_version(SetDefaultPolicyVersionRequest.policy_arn) "iam:SetDefaultPolicyVersion", policy;
    simulate_principal_policy(SimulatePrincipalPolicyRequest.policy_source_arn) "iam:SimulatePrincipalPolicy", by_arn;
}

tagging! {
    tag_policy(TagPolicyRequest.policy_arn) "iam:TagPolicy", policy;
}

untagging! {
    untag_policy(UntagPolicyRequest.policy_arn) "iam:UntagPolicy", policy;
}

pub fn create_policy(view: &View, input: &CreatePolicyRequest) -> Result<Access> {
    let check = check::fresh(view, "iam:CreatePolicy", Kind::Policy, (&input.path, &input.policy_name));
    Ok(check::created(check, "iam:TagPolicy", &input.tags))
}

pub fn list_policies(view: &View, input: &ListPoliciesRequest) -> Result<Access> {
    Ok(Access::to(check::below(view, "iam:ListPolicies", Kind::Policy, &input.path_prefix)))
}

pub fn get_context_keys_for_principal_policy(
    _: &View,
    input: &GetContextKeysForPrincipalPolicyRequest,
) -> Result<Access> {
    Ok(Access::to(Check::new("iam:GetContextKeysForPrincipalPolicy", input.policy_source_arn.as_str())))
}
