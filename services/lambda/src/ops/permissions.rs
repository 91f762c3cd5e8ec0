//! Who else may use a function, by its resource policy.

use crate::address::{Address, LATEST};
use crate::api::*;
use crate::errors::{self, refuse};
use crate::permissions::{self, Grant};
use crate::resolve::Resolved;
use crate::state::{POLICIES, Policy};
use service::{Cx, Nothing, Result, View};

type Key = (String, String);

/// The address of a policy and its key.
fn policy_of(view: &View, name: &str, qualifier: Option<&str>) -> Result<(Address, Key)> {
    let address = Address::of(view, name, qualifier)?;
    address.own(view)?;
    if address.qualifier.as_deref() == Some(LATEST) {
        return Err(errors::invalid("We currently do not support adding policies for $LATEST."));
    }
    Resolved::of(view, &address)?;
    let key = (address.name.clone(), address.qualifier.clone().unwrap_or_default());
    Ok((address, key))
}

fn check_revision(policy: Option<&Policy>, revision: Option<String>) -> Result<()> {
    let given = revision.filter(|revision| !revision.is_empty());
    match given.is_some_and(|given| policy.is_none_or(|policy| policy.revision_id != given)) {
        true => Err(errors::revision("GetPolicy")),
        false => Ok(()),
    }
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html>
pub fn add_permission(cx: &mut Cx, input: AddPermissionRequest) -> Result<AddPermissionResponse> {
    let AddPermissionRequest {
        function_name,
        statement_id,
        action,
        principal,
        source_arn,
        function_url_auth_type,
        invoked_via_function_url,
        source_account,
        event_source_token,
        qualifier,
        revision_id,
        principal_org_id,
    } = input;
    errors::unless([
        (function_url_auth_type.is_some(), refuse("FunctionUrlAuthType")),
        (invoked_via_function_url.is_some(), refuse("InvokedViaFunctionUrl")),
    ])?;
    let (address, key) = policy_of(cx, &function_name, qualifier.as_deref())?;
    let old = cx.get(&POLICIES, &key)?;
    check_revision(old.as_ref(), revision_id)?;
    permissions::check_principal(cx, &principal)?;
    let grant = Grant {
        sid: &statement_id,
        action: &action,
        principal: &principal,
        source_arn: source_arn.as_deref(),
        source_account: source_account.as_deref(),
        event_source_token: event_source_token.as_deref(),
        principal_org_id: principal_org_id.as_deref(),
    };
    let old = old.as_ref().map(|policy| policy.text.as_str());
    let (text, statement) = permissions::add(old, &address.arn(), cx.scope(), &grant)?;
    let policy = Policy { text, revision_id: cx.entropy().uuid() };
    cx.put(&POLICIES, &key, &policy)?;
    Ok(AddPermissionResponse { statement: Some(statement) })
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html>
pub fn remove_permission(cx: &mut Cx, input: RemovePermissionRequest) -> Result<Nothing> {
    let RemovePermissionRequest { function_name, statement_id, qualifier, revision_id } = input;
    let (_, key) = policy_of(cx, &function_name, qualifier.as_deref())?;
    let old = cx.get(&POLICIES, &key)?;
    check_revision(old.as_ref(), revision_id)?;
    match permissions::remove(old.as_ref().map(|policy| policy.text.as_str()), &statement_id)? {
        Some(text) => {
            let policy = Policy { text, revision_id: cx.entropy().uuid() };
            cx.put(&POLICIES, &key, &policy)?;
        }
        None => drop(cx.delete(&POLICIES, &key)?),
    }
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html>
pub fn get_policy(view: &View, input: GetPolicyRequest) -> Result<GetPolicyResponse> {
    let GetPolicyRequest { function_name, qualifier } = input;
    let (_, key) = policy_of(view, &function_name, qualifier.as_deref())?;
    let policy = view.get(&POLICIES, &key)?.ok_or_else(errors::no_such_resource)?;
    Ok(GetPolicyResponse { policy: Some(policy.text), revision_id: Some(policy.revision_id) })
}
