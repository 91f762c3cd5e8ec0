//! The policies of permission sets.

use crate::api::*;
use crate::permission_set;
use crate::state::SetRow;
use crate::{errors, instance, paging, peers};
use service::policy::{Document, Limits};
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html>
const MOST_POLICIES: usize = 20;

fn change_of(cx: &mut Cx, instance: &str, set: &str) -> Result<SetRow> {
    let instance = instance::written_with_sets(cx, instance)?;
    permission_set::find(cx, &instance, set)
}

fn look_at(view: &View, instance: &str, set: &str) -> Result<SetRow> {
    let instance = instance::with_sets(view, instance)?;
    permission_set::find(view, &instance, set)
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AttachManagedPolicyToPermissionSet.html>
pub fn attach_managed_policy_to_permission_set(
    cx: &mut Cx,
    input: AttachManagedPolicyToPermissionSetRequest,
) -> Result<AttachManagedPolicyToPermissionSetResponse> {
    let AttachManagedPolicyToPermissionSetRequest { instance_arn, permission_set_arn, managed_policy_arn } = input;
    let mut set = change_of(cx, &instance_arn, &permission_set_arn)?;
    if set.managed.contains(&managed_policy_arn) {
        let id = &set.id;
        return Err(errors::conflict(format!(
            "Permission set with id {id} already has a typed link attachment to a manged policy with {managed_policy_arn}"
        )));
    }
    check_managed(cx, &managed_policy_arn)?;
    if set.managed.len() >= MOST_POLICIES {
        return Err(errors::quota(format!(
            "You have exceeded AWS SSO limits. Cannot create ManagedPolicy more than {MOST_POLICIES} for id {}. Please refer \
             to https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html",
            set.id
        )));
    }
    set.managed.push(managed_policy_arn);
    permission_set::change(cx, set)?;
    Ok(AttachManagedPolicyToPermissionSetResponse {})
}

fn check_managed(view: &View, arn: &str) -> Result<()> {
    match peers::iam(view, view.account(), "GetPolicy", &[("PolicyArn", arn)])? {
        Some(_) => Ok(()),
        None => Err(errors::not_found(format!("Policy does not exist with ARN: {arn}"))),
    }
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DetachManagedPolicyFromPermissionSet.html>
pub fn detach_managed_policy_from_permission_set(
    cx: &mut Cx,
    input: DetachManagedPolicyFromPermissionSetRequest,
) -> Result<DetachManagedPolicyFromPermissionSetResponse> {
    let DetachManagedPolicyFromPermissionSetRequest { instance_arn, permission_set_arn, managed_policy_arn } = input;
    let mut set = change_of(cx, &instance_arn, &permission_set_arn)?;
    let before = set.managed.len();
    set.managed.retain(|arn| *arn != managed_policy_arn);
    if set.managed.len() == before {
        return Err(errors::not_found(format!("Could not find ManagedPolicy with arn {managed_policy_arn}")));
    }
    permission_set::change(cx, set)?;
    Ok(DetachManagedPolicyFromPermissionSetResponse {})
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListManagedPoliciesInPermissionSet.html>
pub fn list_managed_policies_in_permission_set(
    view: &View,
    input: ListManagedPoliciesInPermissionSetRequest,
) -> Result<ListManagedPoliciesInPermissionSetResponse> {
    let ListManagedPoliciesInPermissionSetRequest { instance_arn, permission_set_arn, max_results, next_token } = input;
    let set = look_at(view, &instance_arn, &permission_set_arn)?;
    let page = paging::page(max_results, next_token.as_deref())?;
    let shown = |arn: String| AttachedManagedPolicy { name: arn.rsplit('/').next().map(str::to_owned), arn: Some(arn) };
    let (policies, next_token) = paging::slice(set.managed.into_iter().map(shown).collect(), &page);
    Ok(ListManagedPoliciesInPermissionSetResponse { attached_managed_policies: Some(policies), next_token })
}

fn path(reference: &CustomerManagedPolicyReference) -> &str {
    reference.path.as_deref().unwrap_or("/")
}

fn same(one: &CustomerManagedPolicyReference, other: &CustomerManagedPolicyReference) -> bool {
    one.name == other.name && path(one) == path(other)
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AttachCustomerManagedPolicyReferenceToPermissionSet.html>
pub fn attach_customer_managed_policy_reference_to_permission_set(
    cx: &mut Cx,
    input: AttachCustomerManagedPolicyReferenceToPermissionSetRequest,
) -> Result<AttachCustomerManagedPolicyReferenceToPermissionSetResponse> {
    let AttachCustomerManagedPolicyReferenceToPermissionSetRequest {
        instance_arn,
        permission_set_arn,
        customer_managed_policy_reference: mut reference,
    } = input;
    let mut set = change_of(cx, &instance_arn, &permission_set_arn)?;
    if set.customer.iter().any(|known| same(known, &reference)) {
        return Err(errors::conflict(format!(
            "Given customer managed policy with name: {}  and path {} already attached",
            reference.name,
            path(&reference)
        )));
    }
    if set.customer.len() >= MOST_POLICIES {
        return Err(errors::quota(format!(
            "Cannot attach managed policy: number of attached managed policies is already at maximum {MOST_POLICIES}"
        )));
    }
    reference.path = Some(path(&reference).to_owned());
    set.customer.push(reference);
    permission_set::change(cx, set)?;
    Ok(AttachCustomerManagedPolicyReferenceToPermissionSetResponse {})
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DetachCustomerManagedPolicyReferenceFromPermissionSet.html>
pub fn detach_customer_managed_policy_reference_from_permission_set(
    cx: &mut Cx,
    input: DetachCustomerManagedPolicyReferenceFromPermissionSetRequest,
) -> Result<DetachCustomerManagedPolicyReferenceFromPermissionSetResponse> {
    let DetachCustomerManagedPolicyReferenceFromPermissionSetRequest {
        instance_arn,
        permission_set_arn,
        customer_managed_policy_reference: reference,
    } = input;
    let mut set = change_of(cx, &instance_arn, &permission_set_arn)?;
    let before = set.customer.len();
    set.customer.retain(|known| !same(known, &reference));
    if set.customer.len() == before {
        return Err(errors::not_found(format!(
            "Given managed policy with name: {}  and path {} does not exist on PermissionSet",
            reference.name,
            path(&reference)
        )));
    }
    permission_set::change(cx, set)?;
    Ok(DetachCustomerManagedPolicyReferenceFromPermissionSetResponse {})
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListCustomerManagedPolicyReferencesInPermissionSet.html>
pub fn list_customer_managed_policy_references_in_permission_set(
    view: &View,
    input: ListCustomerManagedPolicyReferencesInPermissionSetRequest,
) -> Result<ListCustomerManagedPolicyReferencesInPermissionSetResponse> {
    let ListCustomerManagedPolicyReferencesInPermissionSetRequest {
        instance_arn,
        permission_set_arn,
        max_results,
        next_token,
    } = input;
    let set = look_at(view, &instance_arn, &permission_set_arn)?;
    let page = paging::page(max_results, next_token.as_deref())?;
    let (references, next_token) = paging::slice(set.customer, &page);
    Ok(ListCustomerManagedPolicyReferencesInPermissionSetResponse {
        customer_managed_policy_references: Some(references),
        next_token,
    })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutInlinePolicyToPermissionSet.html>
pub fn put_inline_policy_to_permission_set(
    cx: &mut Cx,
    input: PutInlinePolicyToPermissionSetRequest,
) -> Result<PutInlinePolicyToPermissionSetResponse> {
    let PutInlinePolicyToPermissionSetRequest { instance_arn, permission_set_arn, inline_policy } = input;
    let mut set = change_of(cx, &instance_arn, &permission_set_arn)?;
    Document::parse(&inline_policy, Limits::default())
        .map_err(|error| errors::validation(format!("Syntax errors in policy: {error}")))?;
    set.inline = Some(inline_policy);
    permission_set::change(cx, set)?;
    Ok(PutInlinePolicyToPermissionSetResponse {})
}

/// A set without one has an empty one.
/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetInlinePolicyForPermissionSet.html>
pub fn get_inline_policy_for_permission_set(
    view: &View,
    input: GetInlinePolicyForPermissionSetRequest,
) -> Result<GetInlinePolicyForPermissionSetResponse> {
    let GetInlinePolicyForPermissionSetRequest { instance_arn, permission_set_arn } = input;
    let set = look_at(view, &instance_arn, &permission_set_arn)?;
    Ok(GetInlinePolicyForPermissionSetResponse { inline_policy: Some(set.inline.unwrap_or_default()) })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteInlinePolicyFromPermissionSet.html>
pub fn delete_inline_policy_from_permission_set(
    cx: &mut Cx,
    input: DeleteInlinePolicyFromPermissionSetRequest,
) -> Result<DeleteInlinePolicyFromPermissionSetResponse> {
    let DeleteInlinePolicyFromPermissionSetRequest { instance_arn, permission_set_arn } = input;
    let mut set = change_of(cx, &instance_arn, &permission_set_arn)?;
    if set.inline.take().is_some() {
        permission_set::change(cx, set)?;
    }
    Ok(DeleteInlinePolicyFromPermissionSetResponse {})
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutPermissionsBoundaryToPermissionSet.html>
pub fn put_permissions_boundary_to_permission_set(
    cx: &mut Cx,
    input: PutPermissionsBoundaryToPermissionSetRequest,
) -> Result<PutPermissionsBoundaryToPermissionSetResponse> {
    let PutPermissionsBoundaryToPermissionSetRequest { instance_arn, permission_set_arn, permissions_boundary } = input;
    let mut set = change_of(cx, &instance_arn, &permission_set_arn)?;
    match (&permissions_boundary.managed_policy_arn, &permissions_boundary.customer_managed_policy_reference) {
        (Some(arn), None) => check_managed(cx, arn)?,
        (None, Some(_)) => {}
        _ => {
            return Err(errors::validation(
                "PermissionsBoundary must have one of ManagedPolicyArn and CustomerManagedPolicyReference",
            ));
        }
    }
    set.boundary = Some(permissions_boundary);
    permission_set::change(cx, set)?;
    Ok(PutPermissionsBoundaryToPermissionSetResponse {})
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetPermissionsBoundaryForPermissionSet.html>
pub fn get_permissions_boundary_for_permission_set(
    view: &View,
    input: GetPermissionsBoundaryForPermissionSetRequest,
) -> Result<GetPermissionsBoundaryForPermissionSetResponse> {
    let GetPermissionsBoundaryForPermissionSetRequest { instance_arn, permission_set_arn } = input;
    let set = look_at(view, &instance_arn, &permission_set_arn)?;
    let missing = || errors::not_found(format!("PermissionSet with id {} has no permissions boundary", set.id));
    let boundary = set.boundary.clone().ok_or_else(missing)?;
    Ok(GetPermissionsBoundaryForPermissionSetResponse { permissions_boundary: Some(boundary) })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeletePermissionsBoundaryFromPermissionSet.html>
pub fn delete_permissions_boundary_from_permission_set(
    cx: &mut Cx,
    input: DeletePermissionsBoundaryFromPermissionSetRequest,
) -> Result<DeletePermissionsBoundaryFromPermissionSetResponse> {
    let DeletePermissionsBoundaryFromPermissionSetRequest { instance_arn, permission_set_arn } = input;
    let mut set = change_of(cx, &instance_arn, &permission_set_arn)?;
    if set.boundary.take().is_some() {
        permission_set::change(cx, set)?;
    }
    Ok(DeletePermissionsBoundaryFromPermissionSetResponse {})
}
