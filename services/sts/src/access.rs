//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html>

use crate::api::*;
use crate::role_arn::RoleArn;
use crate::root_tasks::{RootUser, Task};
use crate::trust::Wish;
use crate::{asked, errors, mfa, peers};
use service::{Access, CallerKind, Check, Result, View};

/// Roles that do not exist are denied as those are that do not trust the caller.
pub fn assume_role(view: &View, input: &AssumeRoleRequest) -> Result<Access> {
    let caller = view.caller();
    match caller.kind {
        CallerKind::Anonymous => return Ok(Access::Signed),
        CallerKind::Root if !caller.bootstrap => {
            return Err(errors::access_denied("Roles may not be assumed by root accounts."));
        }
        // <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>
        CallerKind::FederatedUser => {
            return Err(errors::not_authorized(caller, "sts:AssumeRole", &input.role_arn));
        }
        _ => {}
    }
    let target = RoleArn::parse(&input.role_arn)?;
    let tags = asked::tags(view, input.tags.clone(), input.transitive_tag_keys.clone())?;
    let proven = mfa::proven(view, input.serial_number.as_deref(), input.token_code.as_deref())?;
    let Some(role) = peers::role(view, &target)? else {
        return Err(errors::not_authorized(caller, "sts:AssumeRole", &target.arn));
    };
    let source_identity = asked::source_identity(view, input.source_identity.as_deref(), &target)?;
    let wish = Wish {
        action: "sts:AssumeRole",
        target: &target,
        role: &role,
        session_name: &input.role_session_name,
        tags: &tags,
        source_identity: &source_identity,
    };
    Ok(Access::Checks(wish.checks(|mut check| {
        if let Some(id) = &input.external_id {
            check = check.key("sts:ExternalId", id);
        }
        if proven {
            check = check.key("aws:MultiFactorAuthPresent", "true").key("aws:MultiFactorAuthAge", "0");
        }
        check
    })))
}

/// The assertion decides, as a token does.
pub fn assume_role_with_saml(_: &View, _: &AssumeRoleWithSAMLRequest) -> Result<Access> {
    Ok(Access::Public)
}

/// The token decides; the trust policy is put in the handler, once the token has been verified.
pub fn assume_role_with_web_identity(_: &View, _: &AssumeRoleWithWebIdentityRequest) -> Result<Access> {
    Ok(Access::Public)
}

/// Whether the organisation lets the account do it at all, the handler asks.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html>
pub fn assume_root(view: &View, input: &AssumeRootRequest) -> Result<Access> {
    let caller = view.caller();
    if caller.kind == CallerKind::Anonymous {
        return Ok(Access::Signed);
    }
    let target = RootUser::parse(view, &input.target_principal)?;
    let policy = input.task_policy_arn.arn.as_deref().unwrap_or_default();
    let task = Task::of(view.scope().partition(), policy)?;
    long_term_or_role(view, "sts:AssumeRoot", &target.arn)?;
    if caller.kind == CallerKind::Root && !caller.bootstrap {
        return Err(errors::not_authorized(caller, "sts:AssumeRoot", &target.arn));
    }
    // It is the caller's own policies that let him: a root user has none that could.
    Ok(Access::to(Check::new("sts:AssumeRoot", target.arn).key("sts:TaskPolicyArn", task.policy)))
}

pub fn decode_authorization_message(view: &View, _: &DecodeAuthorizationMessageRequest) -> Result<Access> {
    long_term_or_role(view, "sts:DecodeAuthorizationMessage", "*")?;
    Ok(Access::to(Check::new("sts:DecodeAuthorizationMessage", "*")))
}

pub fn get_access_key_info(view: &View, _: &GetAccessKeyInfoRequest) -> Result<Access> {
    long_term_or_role(view, "sts:GetAccessKeyInfo", "*")?;
    Ok(Access::to(Check::new("sts:GetAccessKeyInfo", "*")))
}

/// Even an explicit denial does not hold it back.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
pub fn get_caller_identity(_: &View, _: &GetCallerIdentityRequest) -> Result<Access> {
    Ok(Access::Signed)
}

/// Whether the token is the caller's, the handler asks.
pub fn get_delegated_access_token(view: &View, _: &GetDelegatedAccessTokenRequest) -> Result<Access> {
    long_term_or_role(view, "sts:GetDelegatedAccessToken", "*")?;
    Ok(Access::to(Check::new("sts:GetDelegatedAccessToken", "*")))
}

pub fn get_federation_token(view: &View, input: &GetFederationTokenRequest) -> Result<Access> {
    if view.caller().kind == CallerKind::Anonymous {
        return Ok(Access::Signed);
    }
    asked::refuse_sessions(view, "GetFederationToken")?;
    let tags = asked::tags(view, input.tags.clone(), None)?;
    let arn = asked::federated_arn(view, &input.name);
    let mut checks = vec![Check::new("sts:GetFederationToken", &arn).request_tags(tags.passed())];
    if !tags.is_empty() {
        checks.push(Check::new("sts:TagSession", &arn).request_tags(tags.passed()));
    }
    Ok(Access::Checks(checks))
}

/// "You cannot use policies to control authentication operations."
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html>
pub fn get_session_token(view: &View, _: &GetSessionTokenRequest) -> Result<Access> {
    if view.caller().kind != CallerKind::Anonymous {
        asked::refuse_sessions(view, "GetSessionToken")?;
    }
    Ok(Access::Signed)
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_policies.html>
pub fn get_web_identity_token(view: &View, input: &GetWebIdentityTokenRequest) -> Result<Access> {
    if view.caller().kind == CallerKind::Anonymous {
        return Ok(Access::Signed);
    }
    long_term_or_role(view, "sts:GetWebIdentityToken", "*")?;
    let tags = asked::tags(view, input.tags.clone(), None)?;
    let seconds = input.duration_seconds.unwrap_or(asked::TOKEN_SECONDS);
    let complete = |action: &'static str| {
        let check = Check::new(action, "*").request_tags(tags.passed());
        let check = check.keys("sts:IdentityTokenAudience", input.audience.iter().cloned());
        check.key("sts:DurationSeconds", seconds.to_string()).key("sts:SigningAlgorithm", &input.signing_algorithm)
    };
    let mut checks = vec![complete("sts:GetWebIdentityToken")];
    if !tags.passed.is_empty() {
        checks.push(complete("sts:TagGetWebIdentityToken"));
    }
    Ok(Access::Checks(checks))
}

/// Sessions of `GetSessionToken` may assume roles, those of `GetFederationToken` not even that; both may ask who they are.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html>
fn long_term_or_role(view: &View, action: &str, resource: &str) -> Result<()> {
    let caller = view.caller();
    match (caller.kind, &caller.session) {
        (CallerKind::Root | CallerKind::User | CallerKind::FederatedUser, Some(_)) => {
            Err(errors::not_authorized(caller, action, resource))
        }
        _ => Ok(()),
    }
}
