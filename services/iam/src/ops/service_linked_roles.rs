//! Roles that belong to an AWS service and are changed by it alone.

use crate::api::{
    CreateServiceLinkedRoleRequest, CreateServiceLinkedRoleResponse, DeleteServiceLinkedRoleRequest,
    DeleteServiceLinkedRoleResponse, GetServiceLinkedRoleDeletionStatusRequest,
    GetServiceLinkedRoleDeletionStatusResponse,
};
use crate::entity::{self, Kind};
use crate::ops::roles::USUAL_SESSION;
use crate::shown::{self, Detail};
use crate::state::{Core, DELETIONS, DeletionRow, Grants, ROLES, RoleRow};
use crate::{errors, linked_services, managed, principals};
use service::{Cx, IndexMap, Result, View};

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html>
pub fn create_service_linked_role(
    cx: &mut Cx,
    input: CreateServiceLinkedRoleRequest,
) -> Result<CreateServiceLinkedRoleResponse> {
    let CreateServiceLinkedRoleRequest { aws_service_name, description, custom_suffix } = input;
    let Some(linked) = linked_services::find(&aws_service_name) else {
        return Err(errors::invalid_input(format!("Service role creation for {aws_service_name} is not supported.")));
    };
    let name = match custom_suffix {
        None => format!("AWSServiceRoleFor{}", linked.role),
        Some(_) if !linked.takes_suffix => {
            return Err(errors::invalid_input(format!("Custom suffix is not allowed for {aws_service_name}")));
        }
        Some(suffix) => format!("AWSServiceRoleFor{}_{suffix}", linked.role),
    };
    if cx.has(&ROLES, &*entity::key(&name))? {
        return Err(errors::invalid_input(format!(
            "Service role name {name} has been taken in this account, please try a different suffix."
        )));
    }
    let path = format!("/aws-service-role/{aws_service_name}/");
    let partition = cx.scope().partition();
    let policy = format!("arn:{partition}:iam::aws:policy/aws-service-role/{}", linked.policy);
    let attached = managed::find(partition, &policy)?.map(|policy| policy.arn()).into_iter().collect();
    let id = entity::draw_id(cx, "AROA");
    let role = RoleRow {
        core: Core { name, path, id, created: cx.now().whole_secs(), tags: IndexMap::new() },
        grants: Grants { attached, ..Grants::default() },
        trust: trust(&aws_service_name),
        description,
        max_session_duration: USUAL_SESSION,
        linked_to: Some(aws_service_name),
    };
    entity::save(cx, &role)?;
    Ok(CreateServiceLinkedRoleResponse { role: Some(shown::role(cx, &role, Detail::Full)) })
}

fn trust(service: &str) -> String {
    let statement =
        format!(r#"{{"Action":["sts:AssumeRole"],"Principal":{{"Service":["{service}"]}},"Effect":"Allow"}}"#);
    format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#)
}

/// No service here keeps a role in use, so the deletion is done when it is answered.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html>
pub fn delete_service_linked_role(
    cx: &mut Cx,
    input: DeleteServiceLinkedRoleRequest,
) -> Result<DeleteServiceLinkedRoleResponse> {
    let DeleteServiceLinkedRoleRequest { role_name } = input;
    let role: RoleRow = entity::find(cx, &role_name)?;
    let Some(service) = &role.linked_to else {
        return Err(errors::invalid_input(format!("Role {role_name} is not a service-linked role.")));
    };
    let task = format!("task/aws-service-role/{service}/{}/{}", role.core.name, cx.entropy().uuid());
    entity::remove(cx, &role)?;
    principals::forget(cx, &role)?;
    let deletion = DeletionRow { role: entity::arn(cx, Kind::Role, &role.core), status: "SUCCEEDED".to_owned() };
    cx.put(&DELETIONS, task.as_str(), &deletion)?;
    Ok(DeleteServiceLinkedRoleResponse { deletion_task_id: task })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html>
pub fn get_service_linked_role_deletion_status(
    view: &View,
    input: GetServiceLinkedRoleDeletionStatusRequest,
) -> Result<GetServiceLinkedRoleDeletionStatusResponse> {
    let GetServiceLinkedRoleDeletionStatusRequest { deletion_task_id } = input;
    let Some(deletion) = view.get(&DELETIONS, deletion_task_id.as_str())? else {
        return Err(errors::not_found(format!("Deletion Task Id not found: {deletion_task_id}")));
    };
    Ok(GetServiceLinkedRoleDeletionStatusResponse { status: deletion.status, reason: None })
}
