//! The account as a whole.

use super::on_all;
use crate::api::{
    CreateAccountAliasRequest, DeleteAccountAliasRequest, GetAccountAuthorizationDetailsRequest,
    GetContextKeysForCustomPolicyRequest, ListAccountAliasesRequest, ListOpenIDConnectProvidersRequest,
    ListSAMLProvidersRequest, ListVirtualMFADevicesRequest, SetSecurityTokenServicePreferencesRequest,
    UpdateAccountPasswordPolicyRequest,
};
use service::{Access, Check, Nothing, Result, View};

on_all! {
    create_account_alias(CreateAccountAliasRequest) "iam:CreateAccountAlias";
    delete_account_alias(DeleteAccountAliasRequest) "iam:DeleteAccountAlias";
    delete_account_password_policy(Nothing) "iam:DeleteAccountPasswordPolicy";
    disable_outbound_web_identity_federation(Nothing) "iam:DisableOutboundWebIdentityFederation";
    enable_outbound_web_identity_federation(Nothing) "iam:EnableOutboundWebIdentityFederation";
    generate_credential_report(Nothing) "iam:GenerateCredentialReport";
    get_account_authorization_details(GetAccountAuthorizationDetailsRequest) "iam:GetAccountAuthorizationDetails";
    get_account_password_policy(Nothing) "iam:GetAccountPasswordPolicy";
    get_account_summary(Nothing) "iam:GetAccountSummary";
    get_context_keys_for_custom_policy(GetContextKeysForCustomPolicyRequest) "iam:GetContextKeysForCustomPolicy";
    get_outbound_web_identity_federation_info(Nothing) "iam:GetOutboundWebIdentityFederationInfo";
    get_credential_report(Nothing) "iam:GetCredentialReport";
    list_account_aliases(ListAccountAliasesRequest) "iam:ListAccountAliases";
    list_open_id_connect_providers(ListOpenIDConnectProvidersRequest) "iam:ListOpenIDConnectProviders";
    list_saml_providers(ListSAMLProvidersRequest) "iam:ListSAMLProviders";
    list_virtual_mfa_devices(ListVirtualMFADevicesRequest) "iam:ListVirtualMFADevices";
    set_security_token_service_preferences(SetSecurityTokenServicePreferencesRequest)
        "iam:SetSecurityTokenServicePreferences";
    update_account_password_policy(UpdateAccountPasswordPolicyRequest) "iam:UpdateAccountPasswordPolicy";
}
