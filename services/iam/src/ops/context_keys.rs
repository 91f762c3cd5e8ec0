//! The condition keys that policies speak of.

use crate::api::{
    GetContextKeysForCustomPolicyRequest, GetContextKeysForPolicyResponse, GetContextKeysForPrincipalPolicyRequest,
};
use crate::holder::Holder;
use crate::{errors, mentioned};
use service::{Result, View};

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
    let mut texts = policy_input_list.unwrap_or_default();
    let held = Holder::find(view, &policy_source_arn)?.policies(view)?;
    texts.extend(held.into_iter().map(|policy| policy.text.to_string()));
    answer(&texts)
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
