//! The condition keys that policies speak of.

use crate::api::{
    GetContextKeysForCustomPolicyRequest, GetContextKeysForPolicyResponse, GetContextKeysForPrincipalPolicyRequest,
};
use crate::entity::{self, Identity};
use crate::policies;
use crate::state::{GroupRow, RoleRow, UserRow};
use crate::{errors, mentioned};
use service::{ArnParts, Result, View};

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html>
pub fn get_context_keys_for_custom_policy(
    _: &View,
    input: GetContextKeysForCustomPolicyRequest,
) -> Result<GetContextKeysForPolicyResponse> {
    let GetContextKeysForCustomPolicyRequest { policy_input_list } = input;
    answer(&policy_input_list)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForPrincipalPolicy.html>
pub fn get_context_keys_for_principal_policy(
    view: &View,
    input: GetContextKeysForPrincipalPolicyRequest,
) -> Result<GetContextKeysForPolicyResponse> {
    let GetContextKeysForPrincipalPolicyRequest { policy_source_arn, policy_input_list } = input;
    let resource = ArnParts::parse(&policy_source_arn).map(|parts| parts.resource).unwrap_or_default();
    let mut texts = policy_input_list.unwrap_or_default();
    let name = resource.rsplit('/').next().unwrap_or_default();
    match resource.split('/').next() {
        Some("user") => {
            let user: UserRow = entity::find(view, name)?;
            for group in &user.groups {
                texts.extend(documents(view, &entity::find::<GroupRow>(view, group)?)?);
            }
            texts.extend(documents(view, &user)?);
        }
        Some("group") => texts.extend(documents(view, &entity::find::<GroupRow>(view, name)?)?),
        Some("role") => texts.extend(documents(view, &entity::find::<RoleRow>(view, name)?)?),
        _ => return Err(errors::invalid_input(format!("Invalid Entity Arn: {policy_source_arn}"))),
    }
    answer(&texts)
}

fn documents<I: Identity>(view: &View, identity: &I) -> Result<Vec<String>> {
    let mut texts: Vec<String> = identity.grants().inline.values().cloned().collect();
    for arn in &identity.grants().attached {
        if let Some(policy) = policies::find(view, view.account(), arn)? {
            texts.push(policy.document()?.to_string());
        }
    }
    Ok(texts)
}

fn answer(texts: &[String]) -> Result<GetContextKeysForPolicyResponse> {
    let mut names = Vec::new();
    for text in texts {
        for name in mentioned::context_keys(text).map_err(|error| errors::invalid_input(error.message()))? {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    Ok(GetContextKeysForPolicyResponse { context_key_names: Some(names) })
}
