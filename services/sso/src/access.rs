//! What each operation asks of the policies: the instance, the permission set, the account.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycenter.html>

use crate::api::*;
use crate::state::{INSTANCES, SETS};
use crate::{instance, permission_set, tags};
use service::{Access, Arn, Check, Region, Result, View};

/// On an instance by the ARN that a request names.
fn on_instance(view: &View, action: &'static str, arn: &str) -> Result<Check> {
    let id = instance::id_in(arn);
    let check = Check::new(action, instance::arn(view, id).to_string());
    let check = check.key("sso:PrimaryRegion", view.region().as_str());
    let row = view.get(&INSTANCES, id)?;
    Ok(row.into_iter().fold(check, |check, row| tagged(check, &row.tags)))
}

/// On a permission set by the ARN that a request names.
fn on_set(view: &View, action: &'static str, arn: &str) -> Result<Check> {
    let (instance, id) = (instance::id_in(arn), permission_set::id_in(arn));
    let check = Check::new(action, permission_set::arn_of(view, instance, id));
    let check = check.key("sso:PrimaryRegion", view.region().as_str());
    let row = view.get(&SETS, &(instance.to_owned(), id.to_owned()))?;
    Ok(row.into_iter().fold(check, |check, row| tagged(check, &row.tags)))
}

/// On an account as Identity Center names it.
fn on_account(view: &View, action: &'static str, account: &str) -> Check {
    let arn = Arn::new(view.scope().partition(), "sso", Region::GLOBAL, None, format_args!("account/{account}"));
    Check::new(action, arn.to_string())
}

fn tagged(check: Check, tags: &service::IndexMap<String, String>) -> Check {
    check.resource_tags(tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))
}

macro_rules! on_instances {
    ($($function:ident($input:ty) $action:literal;)*) => { $(
        pub fn $function(view: &View, input: &$input) -> Result<Access> {
            on_instance(view, $action, &input.instance_arn).map(Access::to)
        }
    )* };
}

macro_rules! on_sets {
    ($($function:ident($input:ty) $action:literal;)*) => { $(
        pub fn $function(view: &View, input: &$input) -> Result<Access> {
            Ok(Access::Checks(vec![
                on_instance(view, $action, &input.instance_arn)?,
                on_set(view, $action, &input.permission_set_arn)?,
            ]))
        }
    )* };
}

on_instances! {
    describe_instance(DescribeInstanceRequest) "sso:DescribeInstance";
    update_instance(UpdateInstanceRequest) "sso:UpdateInstance";
    delete_instance(DeleteInstanceRequest) "sso:DeleteInstance";
    create_instance_access_control_attribute_configuration(CreateInstanceAccessControlAttributeConfigurationRequest) "sso:CreateInstanceAccessControlAttributeConfiguration";
    update_instance_access_control_attribute_configuration(UpdateInstanceAccessControlAttributeConfigurationRequest) "sso:UpdateInstanceAccessControlAttributeConfiguration";
    describe_instance_access_control_attribute_configuration(DescribeInstanceAccessControlAttributeConfigurationRequest) "sso:DescribeInstanceAccessControlAttributeConfiguration";
    delete_instance_access_control_attribute_configuration(DeleteInstanceAccessControlAttributeConfigurationRequest) "sso:DeleteInstanceAccessControlAttributeConfiguration";
    describe_account_assignment_creation_status(DescribeAccountAssignmentCreationStatusRequest) "sso:DescribeAccountAssignmentCreationStatus";
    describe_account_assignment_deletion_status(DescribeAccountAssignmentDeletionStatusRequest) "sso:DescribeAccountAssignmentDeletionStatus";
    describe_permission_set_provisioning_status(DescribePermissionSetProvisioningStatusRequest) "sso:DescribePermissionSetProvisioningStatus";
    list_account_assignment_creation_status(ListAccountAssignmentCreationStatusRequest) "sso:ListAccountAssignmentCreationStatus";
    list_account_assignment_deletion_status(ListAccountAssignmentDeletionStatusRequest) "sso:ListAccountAssignmentDeletionStatus";
    list_permission_set_provisioning_status(ListPermissionSetProvisioningStatusRequest) "sso:ListPermissionSetProvisioningStatus";
    list_account_assignments_for_principal(ListAccountAssignmentsForPrincipalRequest) "sso:ListAccountAssignmentsForPrincipal";
    list_permission_sets(ListPermissionSetsRequest) "sso:ListPermissionSets";
}

on_sets! {
    describe_permission_set(DescribePermissionSetRequest) "sso:DescribePermissionSet";
    update_permission_set(UpdatePermissionSetRequest) "sso:UpdatePermissionSet";
    delete_permission_set(DeletePermissionSetRequest) "sso:DeletePermissionSet";
    attach_managed_policy_to_permission_set(AttachManagedPolicyToPermissionSetRequest) "sso:AttachManagedPolicyToPermissionSet";
    detach_managed_policy_from_permission_set(DetachManagedPolicyFromPermissionSetRequest) "sso:DetachManagedPolicyFromPermissionSet";
    list_managed_policies_in_permission_set(ListManagedPoliciesInPermissionSetRequest) "sso:ListManagedPoliciesInPermissionSet";
    attach_customer_managed_policy_reference_to_permission_set(AttachCustomerManagedPolicyReferenceToPermissionSetRequest) "sso:AttachCustomerManagedPolicyReferenceToPermissionSet";
    detach_customer_managed_policy_reference_from_permission_set(DetachCustomerManagedPolicyReferenceFromPermissionSetRequest) "sso:DetachCustomerManagedPolicyReferenceFromPermissionSet";
    list_customer_managed_policy_references_in_permission_set(ListCustomerManagedPolicyReferencesInPermissionSetRequest) "sso:ListCustomerManagedPolicyReferencesInPermissionSet";
    put_inline_policy_to_permission_set(PutInlinePolicyToPermissionSetRequest) "sso:PutInlinePolicyToPermissionSet";
    get_inline_policy_for_permission_set(GetInlinePolicyForPermissionSetRequest) "sso:GetInlinePolicyForPermissionSet";
    delete_inline_policy_from_permission_set(DeleteInlinePolicyFromPermissionSetRequest) "sso:DeleteInlinePolicyFromPermissionSet";
    put_permissions_boundary_to_permission_set(PutPermissionsBoundaryToPermissionSetRequest) "sso:PutPermissionsBoundaryToPermissionSet";
    get_permissions_boundary_for_permission_set(GetPermissionsBoundaryForPermissionSetRequest) "sso:GetPermissionsBoundaryForPermissionSet";
    delete_permissions_boundary_from_permission_set(DeletePermissionsBoundaryFromPermissionSetRequest) "sso:DeletePermissionsBoundaryFromPermissionSet";
    list_accounts_for_provisioned_permission_set(ListAccountsForProvisionedPermissionSetRequest) "sso:ListAccountsForProvisionedPermissionSet";
}

/// The instance has no id yet.
pub fn create_instance(view: &View, input: &CreateInstanceRequest) -> Result<Access> {
    let arn = instance::arn(view, "*").to_string();
    Ok(Access::to(Check::new("sso:CreateInstance", arn).request_tags(tags::pairs(&input.tags))))
}

pub fn list_instances(_: &View, _: &ListInstancesRequest) -> Result<Access> {
    Ok(Access::to(Check::new("sso:ListInstances", "*")))
}

/// The permission set has no id yet.
pub fn create_permission_set(view: &View, input: &CreatePermissionSetRequest) -> Result<Access> {
    let action = "sso:CreatePermissionSet";
    let set = permission_set::arn_of(view, instance::id_in(&input.instance_arn), "*");
    let checks = [on_instance(view, action, &input.instance_arn)?, Check::new(action, set)];
    Ok(Access::Checks(checks.map(|check| check.request_tags(tags::pairs(&input.tags))).into()))
}

/// On the instance, the set and the account.
fn on_all(view: &View, action: &'static str, (instance, set, account): (&str, &str, &str)) -> Result<Access> {
    Ok(Access::Checks(vec![
        on_instance(view, action, instance)?,
        on_set(view, action, set)?,
        on_account(view, action, account),
    ]))
}

pub fn create_account_assignment(view: &View, input: &CreateAccountAssignmentRequest) -> Result<Access> {
    let all = (input.instance_arn.as_str(), input.permission_set_arn.as_str(), input.target_id.as_str());
    on_all(view, "sso:CreateAccountAssignment", all)
}

pub fn delete_account_assignment(view: &View, input: &DeleteAccountAssignmentRequest) -> Result<Access> {
    let all = (input.instance_arn.as_str(), input.permission_set_arn.as_str(), input.target_id.as_str());
    on_all(view, "sso:DeleteAccountAssignment", all)
}

pub fn list_account_assignments(view: &View, input: &ListAccountAssignmentsRequest) -> Result<Access> {
    let all = (input.instance_arn.as_str(), input.permission_set_arn.as_str(), input.account_id.as_str());
    on_all(view, "sso:ListAccountAssignments", all)
}

/// Where all accounts are meant, all of them are asked for.
pub fn provision_permission_set(view: &View, input: &ProvisionPermissionSetRequest) -> Result<Access> {
    let account = input.target_id.as_deref().unwrap_or("*");
    on_all(view, "sso:ProvisionPermissionSet", (&input.instance_arn, &input.permission_set_arn, account))
}

pub fn list_permission_sets_provisioned_to_account(
    view: &View,
    input: &ListPermissionSetsProvisionedToAccountRequest,
) -> Result<Access> {
    let action = "sso:ListPermissionSetsProvisionedToAccount";
    let instance = on_instance(view, action, &input.instance_arn)?;
    Ok(Access::Checks(vec![instance, on_account(view, action, &input.account_id)]))
}

/// On whatever has the tags.
fn on_tagged(view: &View, action: &'static str, arn: &str) -> Result<Check> {
    if arn.contains(":permissionSet/") { on_set(view, action, arn) } else { on_instance(view, action, arn) }
}

pub fn tag_resource(view: &View, input: &TagResourceRequest) -> Result<Access> {
    let check = on_tagged(view, "sso:TagResource", &input.resource_arn)?;
    let tags = input.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()));
    Ok(Access::to(check.request_tags(tags)))
}

pub fn untag_resource(view: &View, input: &UntagResourceRequest) -> Result<Access> {
    let check = on_tagged(view, "sso:UntagResource", &input.resource_arn)?;
    Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
}

pub fn list_tags_for_resource(view: &View, input: &ListTagsForResourceRequest) -> Result<Access> {
    on_tagged(view, "sso:ListTagsForResource", &input.resource_arn).map(Access::to)
}
