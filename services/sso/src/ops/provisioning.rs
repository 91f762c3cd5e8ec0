//! Permission sets as roles in accounts.

use super::assignments::operations;
use crate::api::{
    DescribePermissionSetProvisioningStatusRequest, DescribePermissionSetProvisioningStatusResponse,
    ListAccountsForProvisionedPermissionSetRequest, ListAccountsForProvisionedPermissionSetResponse,
    ListPermissionSetProvisioningStatusRequest, ListPermissionSetProvisioningStatusResponse,
    ListPermissionSetsProvisionedToAccountRequest, ListPermissionSetsProvisionedToAccountResponse,
    PermissionSetProvisioningStatusMetadata, ProvisionPermissionSetRequest, ProvisionPermissionSetResponse,
};
use crate::operation::{self, IN_PROGRESS, PROVISION};
use crate::state::{KeyRow, OperationRow, ROLES, ROLES_OF, RoleRow};
use crate::{errors, instance, paging, permission_set, provision};
use service::{Cx, Result, View};

const LATEST: &str = "LATEST_PERMISSION_SET_PROVISIONED";

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ProvisionPermissionSet.html>
pub fn provision_permission_set(
    cx: &mut Cx,
    input: ProvisionPermissionSetRequest,
    made: Option<KeyRow>,
) -> Result<ProvisionPermissionSetResponse> {
    let ProvisionPermissionSetRequest { instance_arn, permission_set_arn, target_id, target_type } = input;
    let instance = instance::written_with_sets(cx, &instance_arn)?;
    let set = permission_set::find(cx, &instance, &permission_set_arn)?;
    let mut accounts = match (target_type.as_str(), &target_id) {
        ("AWS_ACCOUNT", Some(account)) => vec![account.clone()],
        ("ALL_PROVISIONED_ACCOUNTS", None) => {
            let roles = cx.rows(&ROLES, (instance.id.clone(), (set.id.clone(),)));
            roles.map(|row| Ok(row?.account)).collect::<Result<_>>()?
        }
        ("AWS_ACCOUNT", None) => {
            return Err(errors::validation("TargetId is required where TargetType is AWS_ACCOUNT"));
        }
        ("ALL_PROVISIONED_ACCOUNTS", Some(_)) => {
            return Err(errors::validation("TargetId must not be given where TargetType is ALL_PROVISIONED_ACCOUNTS"));
        }
        (other, _) => return Err(errors::validation(format!("The target type {other} is not supported"))),
    };
    // One's own comes first: there the caller himself makes the calls, who is known no more once a role has made some.
    let own = cx.account().to_string();
    accounts.sort_by_key(|account| *account != own);
    provision::key(cx, &instance.id, made)?;
    for account in &accounts {
        if !instance::reaches(cx, &instance, account)? {
            return Err(errors::not_found(format!("Could not find account {account} in the organization")));
        }
        provision::role(cx, &set, account)?;
    }
    let row = OperationRow {
        kind: PROVISION.to_owned(),
        id: cx.entropy().uuid(),
        instance: instance.id,
        status: IN_PROGRESS.to_owned(),
        accounts,
        target: target_id.unwrap_or_default(),
        set: set.id,
        created: cx.now().whole_secs(),
        ..OperationRow::default()
    };
    let row = provision::begin(cx, row)?;
    Ok(ProvisionPermissionSetResponse { permission_set_provisioning_status: Some(operation::provisioning(cx, row)) })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribePermissionSetProvisioningStatus.html>
pub fn describe_permission_set_provisioning_status(
    view: &View,
    input: DescribePermissionSetProvisioningStatusRequest,
) -> Result<DescribePermissionSetProvisioningStatusResponse> {
    let DescribePermissionSetProvisioningStatusRequest { instance_arn, provision_permission_set_request_id: id } =
        input;
    let instance = instance::with_sets(view, &instance_arn)?;
    let row = operation::find(view, (&instance.id, PROVISION, &id))?;
    Ok(DescribePermissionSetProvisioningStatusResponse {
        permission_set_provisioning_status: Some(operation::provisioning(view, row)),
    })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListPermissionSetProvisioningStatus.html>
pub fn list_permission_set_provisioning_status(
    view: &View,
    input: ListPermissionSetProvisioningStatusRequest,
) -> Result<ListPermissionSetProvisioningStatusResponse> {
    let ListPermissionSetProvisioningStatusRequest { instance_arn, max_results, next_token, filter } = input;
    let page = paging::page(max_results, next_token.as_deref())?;
    let (rows, next) = operations(view, (&instance_arn, PROVISION), filter, &page)?;
    let shown = |row: OperationRow| PermissionSetProvisioningStatusMetadata {
        status: Some(row.status),
        request_id: Some(row.id),
        created_date: Some(row.created),
    };
    Ok(ListPermissionSetProvisioningStatusResponse {
        permission_sets_provisioning_status: Some(rows.into_iter().map(shown).collect()),
        next_token: next.map(|token| token.encode()),
    })
}

/// Whether a role is what its set says now, or not, if that is asked for. One that is being made is none.
fn fits(row: &RoleRow, revision: i64, status: Option<&str>) -> bool {
    let Some(own) = row.revision else { return false };
    status.is_none_or(|status| (status == LATEST) == (own == revision))
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountsForProvisionedPermissionSet.html>
pub fn list_accounts_for_provisioned_permission_set(
    view: &View,
    input: ListAccountsForProvisionedPermissionSetRequest,
) -> Result<ListAccountsForProvisionedPermissionSetResponse> {
    let ListAccountsForProvisionedPermissionSetRequest {
        instance_arn,
        permission_set_arn,
        provisioning_status,
        max_results,
        next_token,
    } = input;
    let instance = instance::with_sets(view, &instance_arn)?;
    let set = permission_set::find(view, &instance, &permission_set_arn)?;
    let page = paging::page(max_results, next_token.as_deref())?;
    let keep = |row: &RoleRow| fits(row, set.revision, provisioning_status.as_deref());
    let (rows, next) = view.page(&ROLES, (instance.id, (set.id.clone(),)), &page, keep)?;
    Ok(ListAccountsForProvisionedPermissionSetResponse {
        account_ids: Some(rows.into_iter().map(|row| row.account).collect()),
        next_token: next.map(|token| token.encode()),
    })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListPermissionSetsProvisionedToAccount.html>
pub fn list_permission_sets_provisioned_to_account(
    view: &View,
    input: ListPermissionSetsProvisionedToAccountRequest,
) -> Result<ListPermissionSetsProvisionedToAccountResponse> {
    let ListPermissionSetsProvisionedToAccountRequest {
        instance_arn,
        account_id,
        provisioning_status,
        max_results,
        next_token,
    } = input;
    let instance = instance::with_sets(view, &instance_arn)?;
    let page = paging::page(max_results, next_token.as_deref())?;
    let keep = |row: &RoleRow| {
        let set = permission_set::by_id(view, &instance.id, &row.set);
        set.is_ok_and(|set| fits(row, set.revision, provisioning_status.as_deref()))
    };
    let (rows, next) = view.page(&ROLES_OF, (instance.id.clone(), (account_id,)), &page, keep)?;
    let arn = |row: RoleRow| permission_set::arn_of(view, &instance.id, &row.set);
    Ok(ListPermissionSetsProvisionedToAccountResponse {
        permission_sets: Some(rows.into_iter().map(arn).collect()),
        next_token: next.map(|token| token.encode()),
    })
}
