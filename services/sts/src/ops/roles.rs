//! Sessions of roles for callers who sign.

use crate::api::{AssumeRoleRequest, AssumeRoleResponse, PolicyDescriptorType, Tag};
use crate::assumption::{Assumed, Assumption};
use crate::role_arn::RoleArn;
use crate::session_policies::SessionPolicies;
use crate::session_tags::SessionTags;
use crate::{errors, mfa, peers};
use service::{Cx, Result, Session, View};

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
        // A condition of the trust policy, which access.rs has put.
        external_id: _,
        serial_number,
        token_code,
        source_identity,
        provided_contexts,
        minimum_session_token_size,
    } = input;
    if provided_contexts.is_some_and(|contexts| !contexts.is_empty()) {
        return Err(errors::not_implemented("AssumeRole", "ProvidedContexts"));
    }
    let target = RoleArn::parse(&role_arn)?;
    let tags = self::tags(cx, tags, transitive_tag_keys)?;
    let policies = SessionPolicies::of(policy, arns(policy_arns))?;
    let proven = mfa::proven(cx, serial_number.as_deref(), token_code.as_deref())?;
    let role = peers::role(cx, &target)?;
    let role = role.ok_or_else(|| errors::not_authorized(cx.caller(), "sts:AssumeRole", &role_arn))?;
    let source_identity = self::source_identity(cx, source_identity.as_deref(), &target)?;
    let session = Session {
        name: role_session_name,
        source_identity: source_identity.clone(),
        mfa_at: proven.then(|| cx.now()),
        chained: cx.caller().session.is_some(),
        ..Session::default()
    };
    let duration = duration_seconds;
    let least_token = minimum_session_token_size;
    let assumption = Assumption { target, role, duration, policies, tags, least_token, session };
    let Assumed { user, issued, packed } = assumption.assume(cx)?;
    Ok(AssumeRoleResponse {
        credentials: Some(issued.credentials),
        assumed_role_user: Some(user),
        packed_policy_size: packed,
        source_identity: Some(source_identity).filter(|identity| !identity.is_empty()),
        session_token_utilization: Some(issued.utilization),
        session_token_size: Some(issued.size),
    })
}

/// The tags that a request passes and those that the caller's session hands on.
pub fn tags(view: &View, tags: Option<Vec<Tag>>, transitive: Option<Vec<String>>) -> Result<SessionTags> {
    let passed = tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect();
    SessionTags::of(passed, transitive.unwrap_or_default(), view.caller().session.as_deref())
}

/// The ARNs of managed session policies.
pub fn arns(list: Option<Vec<PolicyDescriptorType>>) -> Vec<String> {
    list.unwrap_or_default().into_iter().filter_map(|descriptor| descriptor.arn).collect()
}

/// The source identity of the session to be: once set it stays, through all roles of a chain. Empty for none.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html>
pub fn source_identity(view: &View, asked: Option<&str>, target: &RoleArn) -> Result<String> {
    let caller = view.caller();
    let inherited = caller.session.as_ref().map(|session| session.source_identity.as_str()).unwrap_or_default();
    let Some(asked) = asked else { return Ok(inherited.to_owned()) };
    check_source_identity(asked)?;
    if !inherited.is_empty() && inherited != asked {
        return Err(errors::not_authorized(caller, "sts:SetSourceIdentity", &target.arn));
    }
    Ok(asked.to_owned())
}

/// The prefix `aws:` is AWS's own.
pub fn check_source_identity(asked: &str) -> Result<()> {
    if asked.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
        let text = "Member must not begin with the reserved prefix aws:";
        return Err(errors::constraint(asked, "sourceIdentity", text));
    }
    Ok(())
}

/// Some operations take long-term credentials alone.
pub fn refuse_sessions(view: &View, operation: &str) -> Result<()> {
    match view.caller().session {
        Some(_) => Err(errors::session_credentials(operation)),
        None => Ok(()),
    }
}
