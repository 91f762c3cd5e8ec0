//! Tags of what can have them.

use crate::api::{
    ListInstanceProfileTagsRequest, ListInstanceProfileTagsResponse, ListMFADeviceTagsRequest,
    ListMFADeviceTagsResponse, ListOpenIDConnectProviderTagsRequest, ListOpenIDConnectProviderTagsResponse,
    ListPolicyTagsRequest, ListPolicyTagsResponse, ListRoleTagsRequest, ListRoleTagsResponse,
    ListSAMLProviderTagsRequest, ListSAMLProviderTagsResponse, ListServerCertificateTagsRequest,
    ListServerCertificateTagsResponse, ListUserTagsRequest, ListUserTagsResponse, Tag, TagInstanceProfileRequest,
    TagMFADeviceRequest, TagOpenIDConnectProviderRequest, TagPolicyRequest, TagRoleRequest, TagSAMLProviderRequest,
    TagServerCertificateRequest, TagUserRequest, UntagInstanceProfileRequest, UntagMFADeviceRequest,
    UntagOpenIDConnectProviderRequest, UntagPolicyRequest, UntagRoleRequest, UntagSAMLProviderRequest,
    UntagServerCertificateRequest, UntagUserRequest,
};
use crate::ops::{mfa_devices, oidc_providers, saml_providers};
use crate::policies::{self, Policy};
use crate::state::{CertificateRow, ProfileRow, RoleRow, UserRow};
use crate::{entity, paging, tags};
use service::{Cx, IndexMap, Nothing, Page, Result, Token, View};

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagUser.html>
pub fn tag_user(cx: &mut Cx, input: TagUserRequest) -> Result<Nothing> {
    let TagUserRequest { user_name, tags } = input;
    let mut row: UserRow = entity::find(cx, &user_name)?;
    tags::add(cx.request(), &mut row.core.tags, tags)?;
    entity::save(cx, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagUser.html>
pub fn untag_user(cx: &mut Cx, input: UntagUserRequest) -> Result<Nothing> {
    let UntagUserRequest { user_name, tag_keys } = input;
    let mut row: UserRow = entity::find(cx, &user_name)?;
    tags::take(&mut row.core.tags, &tag_keys);
    entity::save(cx, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html>
pub fn list_user_tags(view: &View, input: ListUserTagsRequest) -> Result<ListUserTagsResponse> {
    let ListUserTagsRequest { user_name, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let row: UserRow = entity::find(view, &user_name)?;
    let (tags, next) = paged(&row.core.tags, &page);
    let (is_truncated, marker) = paging::end(next);
    Ok(ListUserTagsResponse { tags, is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html>
pub fn tag_role(cx: &mut Cx, input: TagRoleRequest) -> Result<Nothing> {
    let TagRoleRequest { role_name, tags } = input;
    let mut row: RoleRow = entity::find(cx, &role_name)?;
    tags::add(cx.request(), &mut row.core.tags, tags)?;
    entity::save(cx, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html>
pub fn untag_role(cx: &mut Cx, input: UntagRoleRequest) -> Result<Nothing> {
    let UntagRoleRequest { role_name, tag_keys } = input;
    let mut row: RoleRow = entity::find(cx, &role_name)?;
    tags::take(&mut row.core.tags, &tag_keys);
    entity::save(cx, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html>
pub fn list_role_tags(view: &View, input: ListRoleTagsRequest) -> Result<ListRoleTagsResponse> {
    let ListRoleTagsRequest { role_name, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let row: RoleRow = entity::find(view, &role_name)?;
    let (tags, next) = paged(&row.core.tags, &page);
    let (is_truncated, marker) = paging::end(next);
    Ok(ListRoleTagsResponse { tags, is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html>
pub fn tag_policy(cx: &mut Cx, input: TagPolicyRequest) -> Result<Nothing> {
    let TagPolicyRequest { policy_arn, tags } = input;
    let mut row = policies::get_own(cx, &policy_arn)?;
    tags::add(cx.request(), &mut row.core.tags, tags)?;
    entity::save(cx, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagPolicy.html>
pub fn untag_policy(cx: &mut Cx, input: UntagPolicyRequest) -> Result<Nothing> {
    let UntagPolicyRequest { policy_arn, tag_keys } = input;
    let mut row = policies::get_own(cx, &policy_arn)?;
    tags::take(&mut row.core.tags, &tag_keys);
    entity::save(cx, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyTags.html>
pub fn list_policy_tags(view: &View, input: ListPolicyTagsRequest) -> Result<ListPolicyTagsResponse> {
    let ListPolicyTagsRequest { policy_arn, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let all = match policies::get(view, &policy_arn)? {
        Policy::Own(row) => row.core.tags,
        Policy::Aws(_) => IndexMap::new(),
    };
    let (tags, next) = paged(&all, &page);
    let (is_truncated, marker) = paging::end(next);
    Ok(ListPolicyTagsResponse { tags, is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagInstanceProfile.html>
pub fn tag_instance_profile(cx: &mut Cx, input: TagInstanceProfileRequest) -> Result<Nothing> {
    let TagInstanceProfileRequest { instance_profile_name, tags } = input;
    let mut row: ProfileRow = entity::find(cx, &instance_profile_name)?;
    tags::add(cx.request(), &mut row.core.tags, tags)?;
    entity::save(cx, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagInstanceProfile.html>
pub fn untag_instance_profile(cx: &mut Cx, input: UntagInstanceProfileRequest) -> Result<Nothing> {
    let UntagInstanceProfileRequest { instance_profile_name, tag_keys } = input;
    let mut row: ProfileRow = entity::find(cx, &instance_profile_name)?;
    tags::take(&mut row.core.tags, &tag_keys);
    entity::save(cx, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfileTags.html>
pub fn list_instance_profile_tags(
    view: &View,
    input: ListInstanceProfileTagsRequest,
) -> Result<ListInstanceProfileTagsResponse> {
    let ListInstanceProfileTagsRequest { instance_profile_name, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let row: ProfileRow = entity::find(view, &instance_profile_name)?;
    let (tags, next) = paged(&row.core.tags, &page);
    let (is_truncated, marker) = paging::end(next);
    Ok(ListInstanceProfileTagsResponse { tags, is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagServerCertificate.html>
pub fn tag_server_certificate(cx: &mut Cx, input: TagServerCertificateRequest) -> Result<Nothing> {
    let TagServerCertificateRequest { server_certificate_name, tags } = input;
    let mut row: CertificateRow = entity::find(cx, &server_certificate_name)?;
    tags::add(cx.request(), &mut row.core.tags, tags)?;
    entity::save(cx, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagServerCertificate.html>
pub fn untag_server_certificate(cx: &mut Cx, input: UntagServerCertificateRequest) -> Result<Nothing> {
    let UntagServerCertificateRequest { server_certificate_name, tag_keys } = input;
    let mut row: CertificateRow = entity::find(cx, &server_certificate_name)?;
    tags::take(&mut row.core.tags, &tag_keys);
    entity::save(cx, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificateTags.html>
pub fn list_server_certificate_tags(
    view: &View,
    input: ListServerCertificateTagsRequest,
) -> Result<ListServerCertificateTagsResponse> {
    let ListServerCertificateTagsRequest { server_certificate_name, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let row: CertificateRow = entity::find(view, &server_certificate_name)?;
    let (tags, next) = paged(&row.core.tags, &page);
    let (is_truncated, marker) = paging::end(next);
    Ok(ListServerCertificateTagsResponse { tags, is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagMFADevice.html>
pub fn tag_mfa_device(cx: &mut Cx, input: TagMFADeviceRequest) -> Result<Nothing> {
    let TagMFADeviceRequest { serial_number, tags } = input;
    let mut row = mfa_devices::find(cx, &serial_number)?;
    tags::add(cx.request(), &mut row.core.tags, tags)?;
    mfa_devices::save(cx, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagMFADevice.html>
pub fn untag_mfa_device(cx: &mut Cx, input: UntagMFADeviceRequest) -> Result<Nothing> {
    let UntagMFADeviceRequest { serial_number, tag_keys } = input;
    let mut row = mfa_devices::find(cx, &serial_number)?;
    tags::take(&mut row.core.tags, &tag_keys);
    mfa_devices::save(cx, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADeviceTags.html>
pub fn list_mfa_device_tags(view: &View, input: ListMFADeviceTagsRequest) -> Result<ListMFADeviceTagsResponse> {
    let ListMFADeviceTagsRequest { serial_number, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let row = mfa_devices::find(view, &serial_number)?;
    let (tags, next) = paged(&row.core.tags, &page);
    let (is_truncated, marker) = paging::end(next);
    Ok(ListMFADeviceTagsResponse { tags, is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagOpenIDConnectProvider.html>
pub fn tag_open_id_connect_provider(cx: &mut Cx, input: TagOpenIDConnectProviderRequest) -> Result<Nothing> {
    let TagOpenIDConnectProviderRequest { open_id_connect_provider_arn, tags } = input;
    let mut row = oidc_providers::find(cx, &open_id_connect_provider_arn)?;
    tags::add(cx.request(), &mut row.tags, tags)?;
    oidc_providers::save(cx, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagOpenIDConnectProvider.html>
pub fn untag_open_id_connect_provider(cx: &mut Cx, input: UntagOpenIDConnectProviderRequest) -> Result<Nothing> {
    let UntagOpenIDConnectProviderRequest { open_id_connect_provider_arn, tag_keys } = input;
    let mut row = oidc_providers::find(cx, &open_id_connect_provider_arn)?;
    tags::take(&mut row.tags, &tag_keys);
    oidc_providers::save(cx, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviderTags.html>
pub fn list_open_id_connect_provider_tags(
    view: &View,
    input: ListOpenIDConnectProviderTagsRequest,
) -> Result<ListOpenIDConnectProviderTagsResponse> {
    let ListOpenIDConnectProviderTagsRequest { open_id_connect_provider_arn, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let row = oidc_providers::find(view, &open_id_connect_provider_arn)?;
    let (tags, next) = paged(&row.tags, &page);
    let (is_truncated, marker) = paging::end(next);
    Ok(ListOpenIDConnectProviderTagsResponse { tags, is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagSAMLProvider.html>
pub fn tag_saml_provider(cx: &mut Cx, input: TagSAMLProviderRequest) -> Result<Nothing> {
    let TagSAMLProviderRequest { saml_provider_arn, tags } = input;
    let mut row = saml_providers::find(cx, &saml_provider_arn)?;
    tags::add(cx.request(), &mut row.tags, tags)?;
    saml_providers::save(cx, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagSAMLProvider.html>
pub fn untag_saml_provider(cx: &mut Cx, input: UntagSAMLProviderRequest) -> Result<Nothing> {
    let UntagSAMLProviderRequest { saml_provider_arn, tag_keys } = input;
    let mut row = saml_providers::find(cx, &saml_provider_arn)?;
    tags::take(&mut row.tags, &tag_keys);
    saml_providers::save(cx, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviderTags.html>
pub fn list_saml_provider_tags(
    view: &View,
    input: ListSAMLProviderTagsRequest,
) -> Result<ListSAMLProviderTagsResponse> {
    let ListSAMLProviderTagsRequest { saml_provider_arn, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let row = saml_providers::find(view, &saml_provider_arn)?;
    let (tags, next) = paged(&row.tags, &page);
    let (is_truncated, marker) = paging::end(next);
    Ok(ListSAMLProviderTagsResponse { tags, is_truncated, marker })
}

fn paged(all: &IndexMap<String, String>, page: &Page) -> (Vec<Tag>, Option<Token>) {
    // In the order in which they were set; the place is the marker.
    let numbered = tags::shown(all).into_iter().enumerate().collect();
    let (tags, next) = paging::cut(numbered, page, |(place, _): &(usize, Tag)| format!("{place:02}"));
    (tags.into_iter().map(|(_, tag)| tag).collect(), next)
}
