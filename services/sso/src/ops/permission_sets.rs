//! Permission sets.

use crate::api::{
    CreatePermissionSetRequest, CreatePermissionSetResponse, DeletePermissionSetRequest, DeletePermissionSetResponse,
    DescribePermissionSetRequest, DescribePermissionSetResponse, ListPermissionSetsRequest, ListPermissionSetsResponse,
    UpdatePermissionSetRequest, UpdatePermissionSetResponse,
};
use crate::permission_set::{self, MOST_SETS};
use crate::state::{ROLES, SETS, SetRow};
use crate::{assignment, errors, instance, iso_duration, paging, tags};
use service::{Cx, Result, View};

const USUAL_DURATION: &str = "PT1H";

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreatePermissionSet.html>
pub fn create_permission_set(cx: &mut Cx, input: CreatePermissionSetRequest) -> Result<CreatePermissionSetResponse> {
    let CreatePermissionSetRequest { name, description, instance_arn, session_duration, relay_state, tags } = input;
    let instance = instance::written_with_sets(cx, &instance_arn)?;
    let session_duration = session_duration.unwrap_or_else(|| USUAL_DURATION.to_owned());
    iso_duration::seconds(&session_duration)?;
    if cx.rows(&SETS, (instance.id.clone(),)).take(MOST_SETS).count() >= MOST_SETS {
        return Err(errors::quota(format!(
            "You have exceeded AWS SSO limits. Cannot create PermissionSet more than {MOST_SETS}."
        )));
    }
    let set = SetRow {
        id: format!("ps-{}", instance::digits(cx, 16)),
        instance: instance.id,
        name,
        description,
        session_duration,
        relay_state,
        created: cx.now().whole_secs(),
        tags: tags::given(cx, tags)?,
        ..SetRow::default()
    };
    permission_set::create(cx, &set)?;
    Ok(CreatePermissionSetResponse { permission_set: Some(permission_set::shown(cx, set)) })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribePermissionSet.html>
pub fn describe_permission_set(
    view: &View,
    input: DescribePermissionSetRequest,
) -> Result<DescribePermissionSetResponse> {
    let DescribePermissionSetRequest { instance_arn, permission_set_arn } = input;
    let instance = instance::with_sets(view, &instance_arn)?;
    let set = permission_set::find(view, &instance, &permission_set_arn)?;
    Ok(DescribePermissionSetResponse { permission_set: Some(permission_set::shown(view, set)) })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UpdatePermissionSet.html>
pub fn update_permission_set(cx: &mut Cx, input: UpdatePermissionSetRequest) -> Result<UpdatePermissionSetResponse> {
    let UpdatePermissionSetRequest { instance_arn, permission_set_arn, description, session_duration, relay_state } =
        input;
    let instance = instance::written_with_sets(cx, &instance_arn)?;
    let mut set = permission_set::find(cx, &instance, &permission_set_arn)?;
    if let Some(duration) = session_duration {
        iso_duration::seconds(&duration)?;
        set.session_duration = duration;
    }
    set.relay_state = relay_state.or(set.relay_state);
    let changes = description.is_some() && description != set.description;
    set.description = description.or(set.description);
    if changes {
        permission_set::change(cx, set)?
    } else {
        permission_set::save(cx, &set)?
    }
    Ok(UpdatePermissionSetResponse {})
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeletePermissionSet.html>
pub fn delete_permission_set(cx: &mut Cx, input: DeletePermissionSetRequest) -> Result<DeletePermissionSetResponse> {
    let DeletePermissionSetRequest { instance_arn, permission_set_arn } = input;
    let instance = instance::written_with_sets(cx, &instance_arn)?;
    let set = permission_set::find(cx, &instance, &permission_set_arn)?;
    let provisioned = cx.rows(&ROLES, (instance.id.clone(), (set.id.clone(),))).next().transpose()?.is_some();
    if provisioned || assignment::anywhere(cx, &instance.id, &set.id)? {
        return Err(errors::conflict(format!(
            "Could not delete because PermissionSet with id {} has ApplicationProfile associated.",
            set.id
        )));
    }
    permission_set::remove(cx, &set)?;
    Ok(DeletePermissionSetResponse {})
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListPermissionSets.html>
pub fn list_permission_sets(view: &View, input: ListPermissionSetsRequest) -> Result<ListPermissionSetsResponse> {
    let ListPermissionSetsRequest { instance_arn, next_token, max_results } = input;
    let instance = instance::with_sets(view, &instance_arn)?;
    let page = paging::page(max_results, next_token.as_deref())?;
    let (sets, next) = view.page(&SETS, (instance.id,), &page, |_| true)?;
    Ok(ListPermissionSetsResponse {
        permission_sets: Some(sets.iter().map(|set| permission_set::arn(view, set)).collect()),
        next_token: next.map(|token| token.encode()),
    })
}
