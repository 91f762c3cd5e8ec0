//! What takes its time, as the API shows it.

use crate::api::{AccountAssignmentOperationStatus, PermissionSetProvisioningStatus};
use crate::errors;
use crate::permission_set;
use crate::state::{OPERATIONS, OperationRow};
use service::{Cx, Result, View};

/// `CreateAccountAssignment`
pub const CREATE: &str = "create";
/// `DeleteAccountAssignment`
pub const DELETE: &str = "delete";
/// `ProvisionPermissionSet`
pub const PROVISION: &str = "provision";

/// What it is while it goes on.
pub const IN_PROGRESS: &str = "IN_PROGRESS";
/// What it is when it has gone well.
pub const SUCCEEDED: &str = "SUCCEEDED";
/// What it is when it has not.
pub const FAILED: &str = "FAILED";

/// The operation of that id.
///
/// # Errors
/// `ResourceNotFoundException`
pub fn find(view: &View, (instance, kind, id): (&str, &str, &str)) -> Result<OperationRow> {
    let key = (instance.to_owned(), kind.to_owned(), id.to_owned());
    view.get(&OPERATIONS, &key)?.ok_or_else(|| errors::not_found(format!("Could not find request with id {id}")))
}

/// Keeps it.
pub fn save(cx: &mut Cx, row: &OperationRow) -> Result<()> {
    cx.put(&OPERATIONS, &(row.instance.clone(), row.kind.clone(), row.id.clone()), row)
}

/// One that is about an assignment.
pub fn assignment(view: &View, row: OperationRow) -> AccountAssignmentOperationStatus {
    AccountAssignmentOperationStatus {
        permission_set_arn: Some(permission_set::arn_of(view, &row.instance, &row.set)),
        status: Some(row.status),
        request_id: Some(row.id),
        failure_reason: row.reason,
        target_id: Some(row.target),
        target_type: Some("AWS_ACCOUNT".to_owned()),
        principal_type: Some(row.principal_type),
        principal_id: Some(row.principal),
        created_date: Some(row.created),
    }
}

/// One that is about a permission set alone.
pub fn provisioning(view: &View, row: OperationRow) -> PermissionSetProvisioningStatus {
    PermissionSetProvisioningStatus {
        permission_set_arn: Some(permission_set::arn_of(view, &row.instance, &row.set)),
        status: Some(row.status),
        request_id: Some(row.id),
        account_id: Some(row.target).filter(|account| !account.is_empty()),
        failure_reason: row.reason,
        created_date: Some(row.created),
    }
}
