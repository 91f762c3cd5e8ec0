//! The account as a whole.

use super::on_all;
use crate::api::{
    CreateAccountAliasRequest, DeleteAccountAliasRequest, DisableOrganizationsRootCredentialsManagementRequest,
    DisableOrganizationsRootSessionsRequest, EnableOrganizationsRootCredentialsManagementRequest,
    EnableOrganizationsRootSessionsRequest, GenerateOrganizationsAccessReportRequest,
    GetAccountAuthorizationDetailsRequest, GetContextKeysForCustomPolicyRequest, GetOrganizationsAccessReportRequest,
    GetServiceLastAccessedDetailsRequest, GetServiceLastAccessedDetailsWithEntitiesRequest, ListAccountAliasesRequest,
    ListOpenIDConnectProvidersRequest, ListOrganizationsFeaturesRequest, ListSAMLProvidersRequest,
    ListVirtualMFADevicesRequest, SetSecurityTokenServicePreferencesRequest, SimulateCustomPolicyRequest,
    UpdateAccountPasswordPolicyRequest,
};
use crate::organization_report::{self, Entity};
use service::{Access, Check, Nothing, Result, View};

on_all! {
    create_account_alias(CreateAccountAliasRequest) "iam:CreateAccountAlias";
    delete_account_alias(DeleteAccountAliasRequest) "iam:DeleteAccountAlias";
    delete_account_password_policy(Nothing) "iam:DeleteAccountPasswordPolicy";
    disable_organizations_root_credentials_management(DisableOrganizationsRootCredentialsManagementRequest)
        "iam:DisableOrganizationsRootCredentialsManagement";
    disable_organizations_root_sessions(DisableOrganizationsRootSessionsRequest) "iam:DisableOrganizationsRootSessions";
    disable_outbound_web_identity_federation(Nothing) "iam:DisableOutboundWebIdentityFederation";
    enable_organizations_root_credentials_management(EnableOrganizationsRootCredentialsManagementRequest)
        "iam:EnableOrganizationsRootCredentialsManagement";
    enable_organizations_root_sessions(EnableOrganizationsRootSessionsRequest) "iam:EnableOrganizationsRootSessions";
    enable_outbound_web_identity_federation(Nothing) "iam:EnableOutboundWebIdentityFederation";
    generate_credential_report(Nothing) "iam:GenerateCredentialReport";
    get_account_authorization_details(GetAccountAuthorizationDetailsRequest) "iam:GetAccountAuthorizationDetails";
    get_account_password_policy(Nothing) "iam:GetAccountPasswordPolicy";
    get_account_summary(Nothing) "iam:GetAccountSummary";
    get_context_keys_for_custom_policy(GetContextKeysForCustomPolicyRequest) "iam:GetContextKeysForCustomPolicy";
    get_outbound_web_identity_federation_info(Nothing) "iam:GetOutboundWebIdentityFederationInfo";
    get_credential_report(Nothing) "iam:GetCredentialReport";
    get_organizations_access_report(GetOrganizationsAccessReportRequest) "iam:GetOrganizationsAccessReport";
    get_service_last_accessed_details(GetServiceLastAccessedDetailsRequest) "iam:GetServiceLastAccessedDetails";
    get_service_last_accessed_details_with_entities(GetServiceLastAccessedDetailsWithEntitiesRequest)
        "iam:GetServiceLastAccessedDetailsWithEntities";
    list_account_aliases(ListAccountAliasesRequest) "iam:ListAccountAliases";
    list_open_id_connect_providers(ListOpenIDConnectProvidersRequest) "iam:ListOpenIDConnectProviders";
    list_organizations_features(ListOrganizationsFeaturesRequest) "iam:ListOrganizationsFeatures";
    list_saml_providers(ListSAMLProvidersRequest) "iam:ListSAMLProviders";
    list_virtual_mfa_devices(ListVirtualMFADevicesRequest) "iam:ListVirtualMFADevices";
    set_security_token_service_preferences(SetSecurityTokenServicePreferencesRequest)
        "iam:SetSecurityTokenServicePreferences";
    simulate_custom_policy(SimulateCustomPolicyRequest) "iam:SimulateCustomPolicy";
    update_account_password_policy(UpdateAccountPasswordPolicyRequest) "iam:UpdateAccountPasswordPolicy";
}

/// What is looked up in Organizations for the report takes the caller's right, too.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html#access_policies_last-accessed-permissions>
pub fn generate_organizations_access_report(
    view: &View,
    input: &GenerateOrganizationsAccessReportRequest,
) -> Result<Access> {
    let policy = input.organizations_policy_id.as_deref();
    let resource = view.arn("iam", format!("access-report/{}", input.entity_path));
    let check = Check::new("iam:GenerateOrganizationsAccessReport", resource.to_string());
    let mut checks = vec![policy.into_iter().fold(check, |check, id| check.key("iam:OrganizationsPolicyId", id))];
    // Who may not have a report, or asks for one of nothing, hears it from the handler.
    if let Ok(organization) = organization_report::managed(view)
        && let Ok(entity) = Entity::find(view, organization, &input.entity_path)
    {
        checks.extend(entity.checks(view, policy)?);
    }
    Ok(Access::Checks(checks))
}
