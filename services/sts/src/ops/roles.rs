//! Sessions of roles for callers who sign.

use crate::api::{AssumeRoleRequest, AssumeRoleResponse};
use crate::assumption::{Assumed, Assumption};
use crate::role_arn::RoleArn;
use crate::session_policies::SessionPolicies;
use crate::{asked, errors, mfa, peers};
use service::{Cx, Result, Session};

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
pub fn assume_role(cx: &mut Cx, input: AssumeRoleRequest) -> Result<AssumeRoleResponse> {
    let AssumeRoleRequest {
        role_arn,
        role_session_name,
        policy_arns,
        policy,
        duration_seconds,
        tags,
        transitive_tag_keys,
        external_id,
        serial_number,
        token_code,
        source_identity,
        provided_contexts,
        minimum_session_token_size,
    } = input;
    // Nothing but a condition of trust policies, to which access.rs has put it.
    drop(external_id);
    if provided_contexts.is_some_and(|contexts| !contexts.is_empty()) {
        return Err(errors::not_implemented("AssumeRole", "ProvidedContexts"));
    }
    let target = RoleArn::parse(&role_arn)?;
    let tags = asked::tags(cx, tags, transitive_tag_keys)?;
    let policies = SessionPolicies::of(cx.scope().partition(), policy, asked::arns(policy_arns))?;
    let proven = mfa::proven(cx, serial_number.as_deref(), token_code.as_deref())?;
    let role = peers::role(cx, &target)?;
    let role = role.ok_or_else(|| errors::not_authorized(cx.caller(), "sts:AssumeRole", &role_arn))?;
    let source_identity = asked::source_identity(cx, source_identity.as_deref(), &target)?;
    let session = Session {
        name: role_session_name,
        source_identity: source_identity.clone(),
        mfa_at: proven.then(|| cx.now()),
        chained: cx.caller().session.is_some(),
        ..Session::default()
    };
    let duration = duration_seconds;
    let least_token = minimum_session_token_size;
    let assumption = Assumption { target, role, duration, at_most: None, policies, tags, least_token, session };
    let Assumed { user, issued, packed } = assumption.assume(cx)?;
    mfa::spend(cx, serial_number.as_deref(), token_code.as_deref())?;
    Ok(AssumeRoleResponse {
        credentials: Some(issued.credentials),
        assumed_role_user: Some(user),
        packed_policy_size: packed,
        source_identity: Some(source_identity).filter(|identity| !identity.is_empty()),
        session_token_utilization: Some(issued.utilization),
        session_token_size: Some(issued.size),
    })
}
