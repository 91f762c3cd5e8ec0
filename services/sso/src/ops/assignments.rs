//! Who has which permission set in which account.

use crate::api::{
    AccountAssignment, AccountAssignmentForPrincipal, AccountAssignmentOperationStatusMetadata,
    CreateAccountAssignmentRequest, CreateAccountAssignmentResponse, DeleteAccountAssignmentRequest,
    DeleteAccountAssignmentResponse, DescribeAccountAssignmentCreationStatusRequest,
    DescribeAccountAssignmentCreationStatusResponse, DescribeAccountAssignmentDeletionStatusRequest,
    DescribeAccountAssignmentDeletionStatusResponse, ListAccountAssignmentCreationStatusRequest,
    ListAccountAssignmentCreationStatusResponse, ListAccountAssignmentDeletionStatusRequest,
    ListAccountAssignmentDeletionStatusResponse, ListAccountAssignmentsForPrincipalRequest,
    ListAccountAssignmentsForPrincipalResponse, ListAccountAssignmentsRequest, ListAccountAssignmentsResponse,
    OperationStatusFilter,
};
use crate::operation::{self, CREATE, DELETE, IN_PROGRESS};
use crate::state::{ASSIGNMENTS, AssignmentRow, BY_PRINCIPAL, InstanceRow, KeyRow, OPERATIONS, OperationRow};
use crate::{assignment, errors, instance, paging, peers, permission_set, provision};
use service::{Cx, Page, Result, Token, View};

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateAccountAssignment.html>
pub fn create_account_assignment(
    cx: &mut Cx,
    input: CreateAccountAssignmentRequest,
    made: Option<KeyRow>,
) -> Result<CreateAccountAssignmentResponse> {
    let CreateAccountAssignmentRequest {
        instance_arn,
        target_id,
        target_type,
        permission_set_arn,
        principal_type,
        principal_id,
    } = input;
    check_target_type(&target_type)?;
    let instance = instance::written_with_sets(cx, &instance_arn)?;
    let set = permission_set::find(cx, &instance, &permission_set_arn)?;
    check_principal(cx, &instance, (&principal_type, &principal_id))?;
    if !instance::reaches(cx, &instance, &target_id)? {
        return Err(errors::not_found(format!("Could not find account {target_id} in the organization")));
    }
    provision::key(cx, &instance.id, made)?;
    provision::role(cx, &set, &target_id)?;
    let row = begun(cx, CREATE, (&instance.id, &set.id, &target_id), (principal_type, principal_id));
    let row = provision::begin(cx, row)?;
    Ok(CreateAccountAssignmentResponse { account_assignment_creation_status: Some(operation::assignment(cx, row)) })
}

fn check_target_type(given: &str) -> Result<()> {
    if given == "AWS_ACCOUNT" {
        return Ok(());
    }
    Err(errors::validation(format!("The target type {given} is not supported")))
}

fn check_principal(view: &View, instance: &InstanceRow, (kind, id): (&str, &str)) -> Result<()> {
    let found = match kind {
        "USER" => peers::user(view, &instance.store, id)?,
        "GROUP" => peers::group(view, &instance.store, id)?,
        other => return Err(errors::validation(format!("The principal type {other} is not supported"))),
    };
    match found {
        Some(_) => Ok(()),
        None => Err(errors::not_found(format!("{kind} not found."))),
    }
}

/// An operation on an assignment at its beginning.
fn begun(
    cx: &mut Cx,
    kind: &str,
    (instance, set, account): (&str, &str, &str),
    (principal_type, principal): (String, String),
) -> OperationRow {
    OperationRow {
        kind: kind.to_owned(),
        id: cx.entropy().uuid(),
        instance: instance.to_owned(),
        status: IN_PROGRESS.to_owned(),
        accounts: vec![account.to_owned()],
        target: account.to_owned(),
        set: set.to_owned(),
        principal_type,
        principal,
        created: cx.now().whole_secs(),
        ..OperationRow::default()
    }
}

/// Whoever loses his last assignment of the set in the account takes its role with him.
/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteAccountAssignment.html>
pub fn delete_account_assignment(
    cx: &mut Cx,
    input: DeleteAccountAssignmentRequest,
) -> Result<DeleteAccountAssignmentResponse> {
    let DeleteAccountAssignmentRequest {
        instance_arn,
        target_id,
        target_type,
        permission_set_arn,
        principal_type,
        principal_id,
    } = input;
    check_target_type(&target_type)?;
    let instance = instance::written_with_sets(cx, &instance_arn)?;
    let set = permission_set::find(cx, &instance, &permission_set_arn)?;
    let row = AssignmentRow {
        account: target_id.clone(),
        set: set.id.clone(),
        principal_type: principal_type.clone(),
        principal: principal_id.clone(),
    };
    if !assignment::remove(cx, &instance.id, &row)? {
        return Err(errors::not_found(format!(
            "Could not find an assignment of {principal_type} {principal_id} to PermissionSet with id {} in account \
             {target_id}",
            set.id
        )));
    }
    let row = begun(cx, DELETE, (&instance.id, &set.id, &target_id), (principal_type, principal_id));
    let row = provision::begin(cx, row)?;
    Ok(DeleteAccountAssignmentResponse { account_assignment_deletion_status: Some(operation::assignment(cx, row)) })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeAccountAssignmentCreationStatus.html>
pub fn describe_account_assignment_creation_status(
    view: &View,
    input: DescribeAccountAssignmentCreationStatusRequest,
) -> Result<DescribeAccountAssignmentCreationStatusResponse> {
    let DescribeAccountAssignmentCreationStatusRequest { instance_arn, account_assignment_creation_request_id: id } =
        input;
    let instance = instance::with_sets(view, &instance_arn)?;
    let row = operation::find(view, (&instance.id, CREATE, &id))?;
    Ok(DescribeAccountAssignmentCreationStatusResponse {
        account_assignment_creation_status: Some(operation::assignment(view, row)),
    })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeAccountAssignmentDeletionStatus.html>
pub fn describe_account_assignment_deletion_status(
    view: &View,
    input: DescribeAccountAssignmentDeletionStatusRequest,
) -> Result<DescribeAccountAssignmentDeletionStatusResponse> {
    let DescribeAccountAssignmentDeletionStatusRequest { instance_arn, account_assignment_deletion_request_id: id } =
        input;
    let instance = instance::with_sets(view, &instance_arn)?;
    let row = operation::find(view, (&instance.id, DELETE, &id))?;
    Ok(DescribeAccountAssignmentDeletionStatusResponse {
        account_assignment_deletion_status: Some(operation::assignment(view, row)),
    })
}

/// One page of the operations of a kind.
pub(super) fn operations(
    view: &View,
    (instance_arn, kind): (&str, &str),
    filter: Option<OperationStatusFilter>,
    page: &Page,
) -> Result<(Vec<OperationRow>, Option<Token>)> {
    let instance = instance::with_sets(view, instance_arn)?;
    let status = filter.and_then(|filter| filter.status);
    let keep = |row: &OperationRow| status.as_ref().is_none_or(|status| row.status == *status);
    view.page(&OPERATIONS, (instance.id, kind.to_owned()), page, keep)
}

fn metadata(row: OperationRow) -> AccountAssignmentOperationStatusMetadata {
    AccountAssignmentOperationStatusMetadata {
        status: Some(row.status),
        request_id: Some(row.id),
        created_date: Some(row.created),
    }
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignmentCreationStatus.html>
pub fn list_account_assignment_creation_status(
    view: &View,
    input: ListAccountAssignmentCreationStatusRequest,
) -> Result<ListAccountAssignmentCreationStatusResponse> {
    let ListAccountAssignmentCreationStatusRequest { instance_arn, max_results, next_token, filter } = input;
    let page = paging::page(max_results, next_token.as_deref())?;
    let (rows, next) = operations(view, (&instance_arn, CREATE), filter, &page)?;
    Ok(ListAccountAssignmentCreationStatusResponse {
        account_assignments_creation_status: Some(rows.into_iter().map(metadata).collect()),
        next_token: next.map(|token| token.encode()),
    })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignmentDeletionStatus.html>
pub fn list_account_assignment_deletion_status(
    view: &View,
    input: ListAccountAssignmentDeletionStatusRequest,
) -> Result<ListAccountAssignmentDeletionStatusResponse> {
    let ListAccountAssignmentDeletionStatusRequest { instance_arn, max_results, next_token, filter } = input;
    let page = paging::page(max_results, next_token.as_deref())?;
    let (rows, next) = operations(view, (&instance_arn, DELETE), filter, &page)?;
    Ok(ListAccountAssignmentDeletionStatusResponse {
        account_assignments_deletion_status: Some(rows.into_iter().map(metadata).collect()),
        next_token: next.map(|token| token.encode()),
    })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignments.html>
pub fn list_account_assignments(
    view: &View,
    input: ListAccountAssignmentsRequest,
) -> Result<ListAccountAssignmentsResponse> {
    let ListAccountAssignmentsRequest { instance_arn, account_id, permission_set_arn, max_results, next_token } = input;
    let instance = instance::with_sets(view, &instance_arn)?;
    let set = permission_set::find(view, &instance, &permission_set_arn)?;
    let page = paging::page(max_results, next_token.as_deref())?;
    let prefix = (instance.id.clone(), (account_id, set.id));
    let (rows, next) = view.page(&ASSIGNMENTS, prefix, &page, |_| true)?;
    let shown = |row: AssignmentRow| AccountAssignment {
        permission_set_arn: Some(permission_set::arn_of(view, &instance.id, &row.set)),
        account_id: Some(row.account),
        principal_type: Some(row.principal_type),
        principal_id: Some(row.principal),
    };
    Ok(ListAccountAssignmentsResponse {
        account_assignments: Some(rows.into_iter().map(shown).collect()),
        next_token: next.map(|token| token.encode()),
    })
}

/// What a user has through his groups is among it, with the group.
/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignmentsForPrincipal.html>
pub fn list_account_assignments_for_principal(
    view: &View,
    input: ListAccountAssignmentsForPrincipalRequest,
) -> Result<ListAccountAssignmentsForPrincipalResponse> {
    let ListAccountAssignmentsForPrincipalRequest {
        instance_arn,
        principal_id,
        principal_type,
        filter,
        next_token,
        max_results,
    } = input;
    let instance = instance::with_sets(view, &instance_arn)?;
    check_principal(view, &instance, (&principal_type, &principal_id))?;
    let account = filter.and_then(|filter| filter.account_id);
    let mut all: Vec<AssignmentRow> = view
        .rows(&BY_PRINCIPAL, (instance.id.clone(), (principal_type.clone(), principal_id.clone())))
        .collect::<Result<_>>()?;
    if principal_type == "USER" {
        for group in peers::groups_of(view, &instance.store, &principal_id)? {
            all.extend(assignment::of_principal(view, &instance.id, ("GROUP", &group))?);
        }
    }
    all.retain(|row| account.as_ref().is_none_or(|account| row.account == *account));
    let shown = |row: AssignmentRow| AccountAssignmentForPrincipal {
        permission_set_arn: Some(permission_set::arn_of(view, &instance.id, &row.set)),
        account_id: Some(row.account),
        principal_type: Some(row.principal_type),
        principal_id: Some(row.principal),
    };
    let page = paging::page(max_results, next_token.as_deref())?;
    let (page, next_token) = paging::slice(all.into_iter().map(shown).collect(), &page);
    Ok(ListAccountAssignmentsForPrincipalResponse { account_assignments: Some(page), next_token })
}
