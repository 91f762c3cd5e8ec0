//! Identity providers.

use super::check::{self, oidc, saml};
use super::{one_check, tagging, untagging};
use crate::api::{
    AddClientIDToOpenIDConnectProviderRequest, CreateOpenIDConnectProviderRequest, CreateSAMLProviderRequest,
    DeleteOpenIDConnectProviderRequest, DeleteSAMLProviderRequest, GetOpenIDConnectProviderRequest,
    GetSAMLProviderRequest, ListOpenIDConnectProviderTagsRequest, ListSAMLProviderTagsRequest,
    RemoveClientIDFromOpenIDConnectProviderRequest, TagOpenIDConnectProviderRequest, TagSAMLProviderRequest,
    UntagOpenIDConnectProviderRequest, UntagSAMLProviderRequest, UpdateOpenIDConnectProviderThumbprintRequest,
    UpdateSAMLProviderRequest,
};
use service::{Access, Check, Result, View};

one_check! {
    add_client_id_to_open_id_connect_provider(AddClientIDToOpenIDConnectProviderRequest.open_id_connect_provider_arn)
        "iam:AddClientIDToOpenIDConnectProvider", oidc;
    delete_open_id_connect_provider(DeleteOpenIDConnectProviderRequest.open_id_connect_provider_arn)
        "iam:DeleteOpenIDConnectProvider", oidc;
    delete_saml_provider(DeleteSAMLProviderRequest.saml_provider_arn) "iam:DeleteSAMLProvider", saml;
    get_open_id_connect_provider(GetOpenIDConnectProviderRequest.open_id_connect_provider_arn)
        "iam:GetOpenIDConnectProvider", oidc;
    get_saml_provider(GetSAMLProviderRequest.saml_provider_arn) "iam:GetSAMLProvider", saml;
    list_open_id_connect_provider_tags(ListOpenIDConnectProviderTagsRequest.open_id_connect_provider_arn)
        "iam:ListOpenIDConnectProviderTags", oidc;
    list_saml_provider_tags(ListSAMLProviderTagsRequest.saml_provider_arn) "iam:ListSAMLProviderTags", saml;
    remove_client_id_from_open_id_connect_provider(RemoveClientIDFromOpenIDConnectProviderRequest.open_id_connect_provider_arn)
        "iam:RemoveClientIDFromOpenIDConnectProvider", oidc;
    update_open_id_connect_provider_thumbprint(UpdateOpenIDConnectProviderThumbprintRequest.open_id_connect_provider_arn)
        "iam:UpdateOpenIDConnectProviderThumbprint", oidc;
    update_saml_provider(UpdateSAMLProviderRequest.saml_provider_arn) "iam:UpdateSAMLProvider", saml;
}

tagging! {
    tag_open_id_connect_provider(TagOpenIDConnectProviderRequest.open_id_connect_provider_arn)
        "iam:TagOpenIDConnectProvider", oidc;
    tag_saml_provider(TagSAMLProviderRequest.saml_provider_arn) "iam:TagSAMLProvider", saml;
}

untagging! {
    untag_open_id_connect_provider(UntagOpenIDConnectProviderRequest.open_id_connect_provider_arn)
        "iam:UntagOpenIDConnectProvider", oidc;
    untag_saml_provider(UntagSAMLProviderRequest.saml_provider_arn) "iam:UntagSAMLProvider", saml;
}

pub fn create_open_id_connect_provider(view: &View, input: &CreateOpenIDConnectProviderRequest) -> Result<Access> {
    let url = input.url.trim_start_matches("https://").trim_end_matches('/');
    let arn = view.arn("iam", format_args!("oidc-provider/{url}")).to_string();
    let check = Check::new("iam:CreateOpenIDConnectProvider", arn);
    Ok(check::created(check, "iam:TagOpenIDConnectProvider", &input.tags))
}

pub fn create_saml_provider(view: &View, input: &CreateSAMLProviderRequest) -> Result<Access> {
    let arn = view.arn("iam", format_args!("saml-provider/{}", input.name)).to_string();
    let check = Check::new("iam:CreateSAMLProvider", arn);
    Ok(check::created(check, "iam:TagSAMLProvider", &input.tags))
}
