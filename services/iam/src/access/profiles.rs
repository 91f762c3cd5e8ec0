//! Instance profiles and server certificates.

use super::check::{self, on};
use super::{one_check, tagging, untagging};
use crate::api::{
    AddRoleToInstanceProfileRequest, CreateInstanceProfileRequest, DeleteInstanceProfileRequest,
    DeleteServerCertificateRequest, GetInstanceProfileRequest, GetServerCertificateRequest,
    ListInstanceProfileTagsRequest, ListInstanceProfilesRequest, ListServerCertificateTagsRequest,
    ListServerCertificatesRequest, RemoveRoleFromInstanceProfileRequest, TagInstanceProfileRequest,
    TagServerCertificateRequest, UntagInstanceProfileRequest, UntagServerCertificateRequest,
    UpdateServerCertificateRequest, UploadServerCertificateRequest,
};
use crate::entity::Kind;
use crate::state::{CertificateRow, ProfileRow, RoleRow};
use service::{Access, Result, View};

one_check! {
    delete_instance_profile(DeleteInstanceProfileRequest.instance_profile_name) "iam:DeleteInstanceProfile",
        on::<ProfileRow>;
    delete_server_certificate(DeleteServerCertificateRequest.server_certificate_name) "iam:DeleteServerCertificate",
        on::<CertificateRow>;
    get_instance_profile(GetInstanceProfileRequest.instance_profile_name) "iam:GetInstanceProfile", on::<ProfileRow>;
    get_server_certificate(GetServerCertificateRequest.server_certificate_name) "iam:GetServerCertificate",
        on::<CertificateRow>;
    list_instance_profile_tags(ListInstanceProfileTagsRequest.instance_profile_name) "iam:ListInstanceProfileTags",
        on::<ProfileRow>;
    list_server_certificate_tags(ListServerCertificateTagsRequest.server_certificate_name)
        "iam:ListServerCertificateTags", on::<CertificateRow>;
    remove_role_from_instance_profile(RemoveRoleFromInstanceProfileRequest.instance_profile_name)
        "iam:RemoveRoleFromInstanceProfile", on::<ProfileRow>;
}

tagging! {
    tag_instance_profile(TagInstanceProfileRequest.instance_profile_name) "iam:TagInstanceProfile", on::<ProfileRow>;
    tag_server_certificate(TagServerCertificateRequest.server_certificate_name) "iam:TagServerCertificate",
        on::<CertificateRow>;
}

untagging! {
    untag_instance_profile(UntagInstanceProfileRequest.instance_profile_name) "iam:UntagInstanceProfile",
        on::<ProfileRow>;
    untag_server_certificate(UntagServerCertificateRequest.server_certificate_name) "iam:UntagServerCertificate",
        on::<CertificateRow>;
}

pub fn create_instance_profile(view: &View, input: &CreateInstanceProfileRequest) -> Result<Access> {
    let new = (&input.path, input.instance_profile_name.as_str());
    let check = check::fresh(view, "iam:CreateInstanceProfile", Kind::InstanceProfile, new);
    Ok(check::created(check, "iam:TagInstanceProfile", &input.tags))
}

/// Who puts a role where EC2 takes it passes it to EC2.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
pub fn add_role_to_instance_profile(view: &View, input: &AddRoleToInstanceProfileRequest) -> Result<Access> {
    let profile = check::on::<ProfileRow>(view, "iam:AddRoleToInstanceProfile", &input.instance_profile_name)?;
    let role = check::on::<RoleRow>(view, "iam:PassRole", &input.role_name)?;
    Ok(Access::Checks(vec![profile, role.key("iam:PassedToService", "ec2.amazonaws.com")]))
}

pub fn list_instance_profiles(view: &View, input: &ListInstanceProfilesRequest) -> Result<Access> {
    let prefix = &input.path_prefix;
    Ok(Access::to(check::below(view, "iam:ListInstanceProfiles", Kind::InstanceProfile, prefix)))
}

pub fn upload_server_certificate(view: &View, input: &UploadServerCertificateRequest) -> Result<Access> {
    let new = (&input.path, input.server_certificate_name.as_str());
    let check = check::fresh(view, "iam:UploadServerCertificate", Kind::ServerCertificate, new);
    Ok(check::created(check, "iam:TagServerCertificate", &input.tags))
}

pub fn update_server_certificate(view: &View, input: &UpdateServerCertificateRequest) -> Result<Access> {
    let new = (&input.new_path, &input.new_server_certificate_name);
    let name = &input.server_certificate_name;
    check::renamed::<CertificateRow>(view, "iam:UpdateServerCertificate", name, new)
}

pub fn list_server_certificates(view: &View, input: &ListServerCertificatesRequest) -> Result<Access> {
    let prefix = &input.path_prefix;
    Ok(Access::to(check::below(view, "iam:ListServerCertificates", Kind::ServerCertificate, prefix)))
}
