//! Instance profiles, which hand a role to EC2 instances.

use crate::api::{
    AddRoleToInstanceProfileRequest, CreateInstanceProfileRequest, CreateInstanceProfileResponse,
    DeleteInstanceProfileRequest, GetInstanceProfileRequest, GetInstanceProfileResponse, InstanceProfile,
    ListInstanceProfilesForRoleRequest, ListInstanceProfilesForRoleResponse, ListInstanceProfilesRequest,
    ListInstanceProfilesResponse, RemoveRoleFromInstanceProfileRequest,
};
use crate::entity::{self, Identity, Kind, key};
use crate::shown::{self, Detail};
use crate::state::{PROFILES, ProfileRow, ROLE_PROFILES, RoleRow};
use crate::{errors, paging};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html>
pub fn create_instance_profile(
    cx: &mut Cx,
    input: CreateInstanceProfileRequest,
) -> Result<CreateInstanceProfileResponse> {
    let CreateInstanceProfileRequest { instance_profile_name, path, tags } = input;
    let core = entity::begin(cx, Kind::InstanceProfile, instance_profile_name, path, tags)?;
    let profile = ProfileRow { core, role: None };
    entity::create(cx, &profile)?;
    let mut shown = shown::profile(cx, &profile, Detail::Full)?;
    shown.tags = shown.tags.filter(|tags| !tags.is_empty());
    Ok(CreateInstanceProfileResponse { instance_profile: shown })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html>
pub fn get_instance_profile(view: &View, input: GetInstanceProfileRequest) -> Result<GetInstanceProfileResponse> {
    let GetInstanceProfileRequest { instance_profile_name } = input;
    let profile = entity::find(view, &instance_profile_name)?;
    Ok(GetInstanceProfileResponse { instance_profile: shown::profile(view, &profile, Detail::Full)? })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteInstanceProfile.html>
pub fn delete_instance_profile(cx: &mut Cx, input: DeleteInstanceProfileRequest) -> Result<Nothing> {
    let DeleteInstanceProfileRequest { instance_profile_name } = input;
    let profile: ProfileRow = entity::find(cx, &instance_profile_name)?;
    if profile.role.is_some() {
        return Err(errors::in_the_way("remove roles from instance profile"));
    }
    entity::remove(cx, &profile)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html>
pub fn add_role_to_instance_profile(cx: &mut Cx, input: AddRoleToInstanceProfileRequest) -> Result<Nothing> {
    let AddRoleToInstanceProfileRequest { instance_profile_name, role_name } = input;
    let mut profile: ProfileRow = entity::find(cx, &instance_profile_name)?;
    let role: RoleRow = entity::find(cx, &role_name)?;
    role.modifiable(cx.request())?;
    if profile.role.is_some() {
        return Err(errors::quota("InstanceSessionsPerInstanceProfile", 1));
    }
    profile.role = Some(key(&role_name));
    entity::save(cx, &profile)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html>
pub fn remove_role_from_instance_profile(cx: &mut Cx, input: RemoveRoleFromInstanceProfileRequest) -> Result<Nothing> {
    let RemoveRoleFromInstanceProfileRequest { instance_profile_name, role_name } = input;
    let mut profile: ProfileRow = entity::find(cx, &instance_profile_name)?;
    if profile.role.as_deref() != Some(&*key(&role_name)) {
        return Err(errors::no_such(Kind::Role, &role_name));
    }
    profile.role = None;
    entity::save(cx, &profile)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html>
pub fn list_instance_profiles(view: &View, input: ListInstanceProfilesRequest) -> Result<ListInstanceProfilesResponse> {
    let ListInstanceProfilesRequest { path_prefix, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let prefix = path_prefix.unwrap_or_default();
    let (rows, next) = view.page(&PROFILES, (), &page, |profile| profile.core.path.starts_with(&prefix))?;
    let (is_truncated, marker) = paging::end(next);
    Ok(ListInstanceProfilesResponse { instance_profiles: listed(view, &rows)?, is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html>
pub fn list_instance_profiles_for_role(
    view: &View,
    input: ListInstanceProfilesForRoleRequest,
) -> Result<ListInstanceProfilesForRoleResponse> {
    let ListInstanceProfilesForRoleRequest { role_name, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let _: RoleRow = entity::find(view, &role_name)?;
    let (links, next) = view.page(&ROLE_PROFILES, (key(&role_name),), &page, |_| true)?;
    let rows: Vec<ProfileRow> = links.iter().map(|link| entity::find(view, &link.to)).collect::<Result<_>>()?;
    let (is_truncated, marker) = paging::end(next);
    Ok(ListInstanceProfilesForRoleResponse { instance_profiles: listed(view, &rows)?, is_truncated, marker })
}

fn listed(view: &View, rows: &[ProfileRow]) -> Result<Vec<InstanceProfile>> {
    rows.iter().map(|row| shown::profile(view, row, Detail::Listed)).collect()
}

/// The profiles that a role is in.
pub(crate) fn of_role(view: &View, role: &RoleRow) -> Result<Vec<InstanceProfile>> {
    let links = view.rows(&ROLE_PROFILES, (key(&role.core.name),));
    let rows: Vec<ProfileRow> = links.map(|link| entity::find(view, &link?.to)).collect::<Result<_>>()?;
    listed(view, &rows)
}
