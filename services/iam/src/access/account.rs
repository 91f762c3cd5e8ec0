//! The account as a whole.

use super::on_all;
use crate::api::{
    CreateAccountAliasRequest, DeleteAccountAliasRequest, DisableOrganizationsRootCredentialsManagementRequest,
    DisableOrganizationsRootSessionsRequest, EnableOrganizationsRootCredentialsManagementRequest,
    EnableOrganizationsRootSessionsRequest, GetAccountAuthorizationDetailsRequest,
    GetContextKeysForCustomPolicyRequest, GetServiceLastAccessedDetailsRequest,
    GetServiceLastAccessedDetailsWithEntitiesRequest, ListAccountAliasesRequest, ListOpenIDConnectProvidersRequest,
    ListOrganizationsFeaturesRequest, ListSAMLProvidersRequest, ListVirtualMFADevicesRequest,
    SetSecurityTokenServicePreferencesRequest, SimulateCustomPolicyRequest, UpdateAccountPasswordPolicyRequest,
};
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
