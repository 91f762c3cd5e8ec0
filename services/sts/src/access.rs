//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html>

use crate::api::*;
use crate::role_arn::RoleArn;
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

/// The token decides; the trust policy is put in the handler, once the token has been verified.
pub fn assume_role_with_web_identity(_: &View, _: &AssumeRoleWithWebIdentityRequest) -> Result<Access> {
    Ok(Access::Public)
}

pub fn decode_authorization_message(view: &View, _: &DecodeAuthorizationMessageRequest) -> Result<Access> {
    long_term_or_role(view, "sts:DecodeAuthorizationMessage")?;
    Ok(Access::to(Check::new("sts:DecodeAuthorizationMessage", "*")))
}

pub fn get_access_key_info(view: &View, _: &GetAccessKeyInfoRequest) -> Result<Access> {
    long_term_or_role(view, "sts:GetAccessKeyInfo")?;
    Ok(Access::to(Check::new("sts:GetAccessKeyInfo", "*")))
}

/// Even an explicit denial does not hold it back.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
pub fn get_caller_identity(_: &View, _: &GetCallerIdentityRequest) -> Result<Access> {
    Ok(Access::Signed)
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

/// Sessions of `GetSessionToken` may assume roles, those of `GetFederationToken` not even that; both may ask who they are.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html>
fn long_term_or_role(view: &View, action: &str) -> Result<()> {
    let caller = view.caller();
    match (caller.kind, &caller.session) {
        (CallerKind::Root | CallerKind::User | CallerKind::FederatedUser, Some(_)) => {
            Err(errors::not_authorized(caller, action, "*"))
        }
        _ => Ok(()),
    }
}
