//! Users, their credentials and their devices.

use super::check::{self, bounded, device, on, subject};
use super::{attaching, one_check, tagging, untagging};
use crate::api::{
    AttachUserPolicyRequest, ChangePasswordRequest, CreateAccessKeyRequest, CreateLoginProfileRequest,
    CreateServiceSpecificCredentialRequest, CreateUserRequest, CreateVirtualMFADeviceRequest,
    DeactivateMFADeviceRequest, DeleteAccessKeyRequest, DeleteLoginProfileRequest, DeleteSSHPublicKeyRequest,
    DeleteServiceSpecificCredentialRequest, DeleteSigningCertificateRequest, DeleteUserPermissionsBoundaryRequest,
    DeleteUserPolicyRequest, DeleteUserRequest, DeleteVirtualMFADeviceRequest, DetachUserPolicyRequest,
    EnableMFADeviceRequest, GetAccessKeyLastUsedRequest, GetLoginProfileRequest, GetMFADeviceRequest,
    GetSSHPublicKeyRequest, GetUserPolicyRequest, GetUserRequest, ListAccessKeysRequest,
    ListAttachedUserPoliciesRequest, ListGroupsForUserRequest, ListMFADeviceTagsRequest, ListMFADevicesRequest,
    ListSSHPublicKeysRequest, ListServiceSpecificCredentialsRequest, ListSigningCertificatesRequest,
    ListUserPoliciesRequest, ListUserTagsRequest, ListUsersRequest, PutUserPermissionsBoundaryRequest,
    PutUserPolicyRequest, ResetServiceSpecificCredentialRequest, ResyncMFADeviceRequest, TagMFADeviceRequest,
    TagUserRequest, UntagMFADeviceRequest, UntagUserRequest, UpdateAccessKeyRequest, UpdateLoginProfileRequest,
    UpdateSSHPublicKeyRequest, UpdateServiceSpecificCredentialRequest, UpdateSigningCertificateRequest,
    UpdateUserRequest, UploadSSHPublicKeyRequest, UploadSigningCertificateRequest,
};
use crate::entity::{Kind, key};
use crate::state::{USERS, UserRow};
use crate::subject::{KeyHolder, Subject, account};
use service::{Access, Check, Result, View};

one_check! {
    create_access_key(CreateAccessKeyRequest.user_name) "iam:CreateAccessKey", subject;
    create_login_profile(CreateLoginProfileRequest.user_name) "iam:CreateLoginProfile", subject;
    deactivate_mfa_device(DeactivateMFADeviceRequest.user_name) "iam:DeactivateMFADevice", subject;
    delete_access_key(DeleteAccessKeyRequest.user_name) "iam:DeleteAccessKey", subject;
    delete_login_profile(DeleteLoginProfileRequest.user_name) "iam:DeleteLoginProfile", subject;
    delete_ssh_public_key(DeleteSSHPublicKeyRequest.user_name) "iam:DeleteSSHPublicKey", on::<UserRow>;
    delete_signing_certificate(DeleteSigningCertificateRequest.user_name) "iam:DeleteSigningCertificate", subject;
    delete_user(DeleteUserRequest.user_name) "iam:DeleteUser", on::<UserRow>;
    delete_user_permissions_boundary(DeleteUserPermissionsBoundaryRequest.user_name)
        "iam:DeleteUserPermissionsBoundary", bounded::<UserRow>;
    delete_user_policy(DeleteUserPolicyRequest.user_name) "iam:DeleteUserPolicy", bounded::<UserRow>;
    delete_virtual_mfa_device(DeleteVirtualMFADeviceRequest.serial_number) "iam:DeleteVirtualMFADevice", device;
    enable_mfa_device(EnableMFADeviceRequest.user_name) "iam:EnableMFADevice", on::<UserRow>;
    get_login_profile(GetLoginProfileRequest.user_name) "iam:GetLoginProfile", subject;
    get_ssh_public_key(GetSSHPublicKeyRequest.user_name) "iam:GetSSHPublicKey", on::<UserRow>;
    get_user(GetUserRequest.user_name) "iam:GetUser", subject;
    get_user_policy(GetUserPolicyRequest.user_name) "iam:GetUserPolicy", on::<UserRow>;
    list_access_keys(ListAccessKeysRequest.user_name) "iam:ListAccessKeys", subject;
    list_attached_user_policies(ListAttachedUserPoliciesRequest.user_name) "iam:ListAttachedUserPolicies",
        on::<UserRow>;
    list_groups_for_user(ListGroupsForUserRequest.user_name) "iam:ListGroupsForUser", on::<UserRow>;
    list_mfa_device_tags(ListMFADeviceTagsRequest.serial_number) "iam:ListMFADeviceTags", device;
    list_mfa_devices(ListMFADevicesRequest.user_name) "iam:ListMFADevices", subject;
    list_ssh_public_keys(ListSSHPublicKeysRequest.user_name) "iam:ListSSHPublicKeys", subject;
    list_signing_certificates(ListSigningCertificatesRequest.user_name) "iam:ListSigningCertificates", subject;
    list_user_policies(ListUserPoliciesRequest.user_name) "iam:ListUserPolicies", on::<UserRow>;
    list_user_tags(ListUserTagsRequest.user_name) "iam:ListUserTags", on::<UserRow>;
    put_user_policy(PutUserPolicyRequest.user_name) "iam:PutUserPolicy", bounded::<UserRow>;
    resync_mfa_device(ResyncMFADeviceRequest.user_name) "iam:ResyncMFADevice", on::<UserRow>;
    update_access_key(UpdateAccessKeyRequest.user_name) "iam:UpdateAccessKey", subject;
    update_login_profile(UpdateLoginProfileRequest.user_name) "iam:UpdateLoginProfile", on::<UserRow>;
    update_ssh_public_key(UpdateSSHPublicKeyRequest.user_name) "iam:UpdateSSHPublicKey", on::<UserRow>;
    update_signing_certificate(UpdateSigningCertificateRequest.user_name) "iam:UpdateSigningCertificate", subject;
    upload_ssh_public_key(UploadSSHPublicKeyRequest.user_name) "iam:UploadSSHPublicKey", on::<UserRow>;
    upload_signing_certificate(UploadSigningCertificateRequest.user_name) "iam:UploadSigningCertificate", subject;
}

attaching! {
    attach_user_policy(AttachUserPolicyRequest.user_name) "iam:AttachUserPolicy", bounded::<UserRow>;
    detach_user_policy(DetachUserPolicyRequest.user_name) "iam:DetachUserPolicy", bounded::<UserRow>;
}

tagging! {
    tag_mfa_device(TagMFADeviceRequest.serial_number) "iam:TagMFADevice", device;
    tag_user(TagUserRequest.user_name) "iam:TagUser", on::<UserRow>;
}

untagging! {
    untag_mfa_device(UntagMFADeviceRequest.serial_number) "iam:UntagMFADevice", device;
    untag_user(UntagUserRequest.user_name) "iam:UntagUser", on::<UserRow>;
}

pub fn create_user(view: &View, input: &CreateUserRequest) -> Result<Access> {
    let check = check::fresh(view, "iam:CreateUser", Kind::User, (&input.path, &input.user_name));
    let boundary = input.permissions_boundary.as_deref();
    let check = boundary.into_iter().fold(check, |check, arn| check.key("iam:PermissionsBoundary", arn));
    Ok(check::created(check, "iam:TagUser", &input.tags))
}

pub fn update_user(view: &View, input: &UpdateUserRequest) -> Result<Access> {
    let new = (&input.new_path, &input.new_user_name);
    check::renamed::<UserRow>(view, "iam:UpdateUser", &input.user_name, new)
}

pub fn list_users(view: &View, input: &ListUsersRequest) -> Result<Access> {
    Ok(Access::to(check::below(view, "iam:ListUsers", Kind::User, &input.path_prefix)))
}

/// The key is the boundary that is set, not the one that was.
pub fn put_user_permissions_boundary(view: &View, input: &PutUserPermissionsBoundaryRequest) -> Result<Access> {
    let check = check::on::<UserRow>(view, "iam:PutUserPermissionsBoundary", &input.user_name)?;
    Ok(Access::to(check.key("iam:PermissionsBoundary", input.permissions_boundary.as_str())))
}

/// The account's password policy can let all users change their own.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_enable-user-change.html>
pub fn change_password(view: &View, _: &ChangePasswordRequest) -> Result<Access> {
    if account(view)?.password_policy.is_some_and(|rules| rules.users_may_change) {
        return Ok(Access::Signed);
    }
    let caller = Check::new("iam:ChangePassword", view.caller().principal_arn());
    Ok(Access::to(caller))
}

pub fn create_virtual_mfa_device(view: &View, input: &CreateVirtualMFADeviceRequest) -> Result<Access> {
    let path = input.path.as_deref().unwrap_or("/");
    let arn = view.arn("iam", format_args!("mfa{path}{}", input.virtual_mfa_device_name));
    let check = Check::new("iam:CreateVirtualMFADevice", arn.to_string());
    Ok(check::created(check, "iam:TagMFADevice", &input.tags))
}

/// On the key's user.
pub fn get_access_key_last_used(view: &View, input: &GetAccessKeyLastUsedRequest) -> Result<Access> {
    let action = "iam:GetAccessKeyLastUsed";
    let holder = KeyHolder::of_key(view, &input.access_key_id)?;
    Ok(Access::to(match holder {
        Some(KeyHolder::User(user)) => check::on::<UserRow>(view, action, &user.core.name)?,
        Some(KeyHolder::Root(_)) => Check::new(action, view.arn("iam", "root").to_string()),
        None => Check::new(action, "*"),
    }))
}

pub fn get_mfa_device(view: &View, input: &GetMFADeviceRequest) -> Result<Access> {
    match &input.user_name {
        Some(name) => Ok(Access::to(check::on::<UserRow>(view, "iam:GetMFADevice", name)?)),
        None => Ok(Access::to(check::device(view, "iam:GetMFADevice", &input.serial_number)?)),
    }
}

pub fn create_service_specific_credential(
    view: &View,
    input: &CreateServiceSpecificCredentialRequest,
) -> Result<Access> {
    let check = check::on::<UserRow>(view, "iam:CreateServiceSpecificCredential", &input.user_name)?;
    let check = check.key("iam:ServiceSpecificCredentialServiceName", input.service_name.as_str());
    let days = input.credential_age_days;
    let with_age = |check: Check, days: i64| check.key("iam:ServiceSpecificCredentialAgeDays", days.to_string());
    Ok(Access::to(days.into_iter().fold(check, with_age)))
}

/// Those of all users are the account's.
pub fn list_service_specific_credentials(view: &View, input: &ListServiceSpecificCredentialsRequest) -> Result<Access> {
    let action = "iam:ListServiceSpecificCredentials";
    Ok(Access::to(match input.all_users {
        Some(true) => Check::new(action, "*"),
        _ => subject(view, action, &input.user_name)?,
    }))
}

pub fn reset_service_specific_credential(view: &View, input: &ResetServiceSpecificCredentialRequest) -> Result<Access> {
    let action = "iam:ResetServiceSpecificCredential";
    credential(view, action, &input.user_name, &input.service_specific_credential_id)
}

pub fn update_service_specific_credential(
    view: &View,
    input: &UpdateServiceSpecificCredentialRequest,
) -> Result<Access> {
    let action = "iam:UpdateServiceSpecificCredential";
    credential(view, action, &input.user_name, &input.service_specific_credential_id)
}

pub fn delete_service_specific_credential(
    view: &View,
    input: &DeleteServiceSpecificCredentialRequest,
) -> Result<Access> {
    let action = "iam:DeleteServiceSpecificCredential";
    credential(view, action, &input.user_name, &input.service_specific_credential_id)
}

/// On the credential's user, with the service that it is for.
fn credential(view: &View, action: &'static str, user: &Option<String>, id: &str) -> Result<Access> {
    let check = subject(view, action, user)?;
    let row = match Subject::of(view, user.as_deref())? {
        Subject::User(name) => view.get(&USERS, &*key(&name))?,
        Subject::Root => None,
    };
    let own = row.into_iter().flat_map(|row: UserRow| row.service_credentials.into_iter().flatten());
    let service = own.into_iter().find(|one| one.id == id).map(|one| one.service);
    let with_service = |check: Check, service: String| check.key("iam:ServiceSpecificCredentialServiceName", service);
    Ok(Access::to(service.into_iter().fold(check, with_service)))
}
