//! Resource policies.

use crate::api::*;
use crate::state::SECRETS;
use crate::{address, errors, policies};
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html>
pub fn put_resource_policy(cx: &mut Cx, input: PutResourcePolicyRequest) -> Result<PutResourcePolicyResponse> {
    let PutResourcePolicyRequest { secret_id, resource_policy, policy_name, block_public_policy } = input;
    if policy_name.is_some() {
        return Err(errors::refuse("PolicyName"));
    }
    let mut secret = address::live(cx, &secret_id)?;
    let faults = policies::faults(cx, &resource_policy)?;
    if let Some((_, text)) = faults.into_iter().find(|(name, _)| *name != "PUBLIC_POLICY") {
        return Err(errors::malformed_policy(text));
    }
    if block_public_policy == Some(true) && policies::is_public(&resource_policy) {
        return Err(errors::public_policy());
    }
    secret.policy = Some(resource_policy);
    cx.put(&SECRETS, &secret.name.clone(), &secret)?;
    let arn = Some(address::arn(cx.scope(), &secret));
    Ok(PutResourcePolicyResponse { arn, name: Some(secret.name), policy_name: None })
}

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetResourcePolicy.html>
pub fn get_resource_policy(view: &View, input: GetResourcePolicyRequest) -> Result<GetResourcePolicyResponse> {
    let GetResourcePolicyRequest { secret_id, policy_name } = input;
    if policy_name.is_some() {
        return Err(errors::refuse("PolicyName"));
    }
    let (address, secret) = address::readable(view, &secret_id)?;
    if secret.deleted_on.is_some() {
        return Err(errors::marked_for_deletion());
    }
    Ok(GetResourcePolicyResponse {
        arn: Some(address::arn(address.scope, &secret)),
        name: Some(secret.name),
        resource_policy: secret.policy,
        policy_name: None,
    })
}

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteResourcePolicy.html>
pub fn delete_resource_policy(cx: &mut Cx, input: DeleteResourcePolicyRequest) -> Result<DeleteResourcePolicyResponse> {
    let DeleteResourcePolicyRequest { secret_id, policy_name } = input;
    if policy_name.is_some() {
        return Err(errors::refuse("PolicyName"));
    }
    let mut secret = address::live(cx, &secret_id)?;
    secret.policy = None;
    cx.put(&SECRETS, &secret.name.clone(), &secret)?;
    let arn = Some(address::arn(cx.scope(), &secret));
    Ok(DeleteResourcePolicyResponse { arn, name: Some(secret.name), policy_name: None })
}

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ValidateResourcePolicy.html>
pub fn validate_resource_policy(
    view: &View,
    input: ValidateResourcePolicyRequest,
) -> Result<ValidateResourcePolicyResponse> {
    let ValidateResourcePolicyRequest { secret_id, resource_policy } = input;
    if let Some(id) = secret_id {
        address::readable(view, &id)?;
    }
    let faults = policies::faults(view, &resource_policy)?;
    let passed = faults.is_empty();
    let told = faults
        .into_iter()
        .map(|(name, text)| ValidationErrorsEntry { check_name: Some(name.to_owned()), error_message: Some(text) });
    Ok(ValidateResourcePolicyResponse {
        policy_validation_passed: Some(passed),
        validation_errors: Some(told.collect()),
    })
}
