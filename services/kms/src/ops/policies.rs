//! Key policies.

use crate::api::*;
use crate::key_policy::NAME;
use crate::names::{self, Forms};
use crate::{errors, key_policy, paging};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html>
pub fn put_key_policy(cx: &mut Cx, input: PutKeyPolicyRequest) -> Result<Nothing> {
    let PutKeyPolicyRequest { key_id, policy_name, policy, bypass_policy_lockout_safety_check } = input;
    check_name(policy_name.as_deref())?;
    let mut key = names::key(cx, &key_id, Forms::Keys)?;
    key_policy::check(cx, &policy)?;
    if bypass_policy_lockout_safety_check != Some(true) {
        key_policy::check_lockout(cx, &key, &policy)?;
    }
    key.row.policy = policy;
    key.save(cx)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html>
pub fn get_key_policy(view: &View, input: GetKeyPolicyRequest) -> Result<GetKeyPolicyResponse> {
    let GetKeyPolicyRequest { key_id, policy_name } = input;
    check_name(policy_name.as_deref())?;
    let key = names::key(view, &key_id, Forms::Keys)?;
    Ok(GetKeyPolicyResponse { policy: Some(key.row.policy), policy_name: Some(NAME.to_owned()) })
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyPolicies.html>
pub fn list_key_policies(view: &View, input: ListKeyPoliciesRequest) -> Result<ListKeyPoliciesResponse> {
    let ListKeyPoliciesRequest { key_id, limit, marker } = input;
    let page = paging::page(limit, marker.as_deref(), paging::USUAL)?;
    names::key(view, &key_id, Forms::Keys)?;
    let (names, next) = paging::cut(vec![NAME.to_owned()], &page, String::clone);
    Ok(ListKeyPoliciesResponse {
        policy_names: Some(names),
        truncated: Some(next.is_some()),
        next_marker: next.map(|token| token.encode()),
    })
}

fn check_name(name: Option<&str>) -> Result<()> {
    if name.is_none_or(|name| name == NAME) { Ok(()) } else { Err(errors::no_such_policy()) }
}
