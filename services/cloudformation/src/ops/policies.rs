//! Stack policies: kept, and not enforced.

use crate::api::*;
use crate::ops::stacks::refuse_policy_url;
use crate::state::STACKS;
use crate::{errors, ids};
use service::template::json;
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_SetStackPolicy.html>
pub fn set_stack_policy(cx: &mut Cx, input: SetStackPolicyInput) -> Result<Nothing> {
    let SetStackPolicyInput { stack_name, stack_policy_body, stack_policy_url } = input; // stored only
    refuse_policy_url(stack_policy_url.is_some())?;
    let mut stack = ids::get(cx, &stack_name)?;
    let body = stack_policy_body.ok_or_else(|| {
        errors::validation("You cannot specify both StackPolicyURL and StackPolicyBody, and must specify one of them.")
    })?;
    if json::read(&body).is_none_or(|policy| policy.get("Statement").is_none()) {
        return Err(errors::validation("Error validating stack policy: Invalid stack policy"));
    }
    stack.policy = Some(body);
    cx.put(&STACKS, &(stack.name.clone(), stack.uid.clone()), &stack)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetStackPolicy.html>
pub fn get_stack_policy(view: &View, input: GetStackPolicyInput) -> Result<GetStackPolicyOutput> {
    let GetStackPolicyInput { stack_name } = input;
    Ok(GetStackPolicyOutput { stack_policy_body: ids::get(view, &stack_name)?.policy })
}
