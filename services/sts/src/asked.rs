//! What requests ask, in the terms of the rules: the same for the decision before a handler as in it.

use crate::api::{PolicyDescriptorType, Tag};
use crate::errors;
use crate::role_arn::RoleArn;
use crate::session_tags::SessionTags;
use service::{Arn, Region, Result, View};

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

/// Seconds for which a token of `GetWebIdentityToken` holds that asks for no other span.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html>
pub const TOKEN_SECONDS: i64 = 300;

/// How tokens can be signed.
pub fn check_signing_algorithm(asked: &str) -> Result<()> {
    if ["RS256", "ES384"].contains(&asked) {
        return Ok(());
    }
    let text = "Member must satisfy enum value set: [RS256, ES384]";
    Err(errors::constraint(asked, "signingAlgorithm", text))
}

/// Some operations take long-term credentials alone.
pub fn refuse_sessions(view: &View, operation: &str) -> Result<()> {
    match view.caller().session {
        Some(_) => Err(errors::session_credentials(operation)),
        None => Ok(()),
    }
}

/// The ARN of the caller's account's federated user of this name.
pub fn federated_arn(view: &View, name: &str) -> String {
    let resource = format_args!("federated-user/{name}");
    Arn::new(view.scope().partition(), "sts", Region::GLOBAL, Some(view.account()), resource).to_string()
}
