//! Sessions of roles for those whom an OpenID Connect provider knows.

use crate::api::{AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse};
use crate::assumption::{Assumed, Assumption};
use crate::peers;
use crate::role_arn::RoleArn;
use crate::session_policies::SessionPolicies;
use crate::session_tags::SessionTags;
use crate::trust::Wish;
use crate::web_token::WebToken;
use crate::{asked, errors, issuers, keys, moments};
use service::{Arn, Caller, CallerKind, Cx, Region, Result, Session, View};

const ACTION: &str = "sts:AssumeRoleWithWebIdentity";

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>
pub fn assume_role_with_web_identity(
    cx: &mut Cx,
    input: AssumeRoleWithWebIdentityRequest,
) -> Result<AssumeRoleWithWebIdentityResponse> {
    let AssumeRoleWithWebIdentityRequest {
        role_arn,
        role_session_name,
        web_identity_token,
        provider_id,
        policy_arns,
        policy,
        duration_seconds,
        minimum_session_token_size,
    } = input;
    if provider_id.is_some() {
        return Err(errors::not_implemented("AssumeRoleWithWebIdentity", "ProviderId"));
    }
    let target = RoleArn::parse(&role_arn)?;
    let token = WebToken::read(&web_identity_token)?;
    let provider = verify(cx, &token, &target)?;
    let policies = SessionPolicies::of(cx.scope().partition(), policy, asked::arns(policy_arns))?;
    let tags = SessionTags::of(token.tags(), token.transitive_tag_keys(), None)?;
    asked::check_source_identity(token.source_identity())?;
    let role = peers::role(cx, &target)?.ok_or_else(|| errors::provider_not_authorized(ACTION))?;
    let wish = Wish {
        action: ACTION,
        target: &target,
        role: &role,
        session_name: &role_session_name,
        tags: &tags,
        source_identity: token.source_identity(),
    };
    check_trust(cx, &wish, &token, &provider)?;
    let session = session(role_session_name, &token, &provider);
    let assumption = Assumption {
        target,
        role,
        duration: duration_seconds,
        at_most: None,
        policies,
        tags,
        least_token: minimum_session_token_size,
        session,
    };
    let Assumed { user, issued, packed } = assumption.assume(cx)?;
    Ok(AssumeRoleWithWebIdentityResponse {
        credentials: Some(issued.credentials),
        audience: Some(token.client().to_owned()),
        source_identity: Some(token.source_identity().to_owned()).filter(|identity| !identity.is_empty()),
        subject_from_web_identity_token: Some(token.subject),
        assumed_role_user: Some(user),
        packed_policy_size: packed,
        provider: Some(provider.arn),
        session_token_utilization: Some(issued.utilization),
        session_token_size: Some(issued.size),
    })
}

/// A provider whose token has been verified.
struct Provider {
    arn: String,
    /// Its issuer without the scheme.
    name: String,
}

/// The token must be of a provider that the role's account knows, signed by it, meant for one of its clients, and in force.
fn verify(view: &View, token: &WebToken, target: &RoleArn) -> Result<Provider> {
    let unknown = || {
        let text = format!("No OpenIDConnect provider found in your account for {}", token.issuer);
        errors::invalid_identity_token(text)
    };
    let name = issuers::name_of(&token.issuer).ok_or_else(unknown)?.to_owned();
    let resource = format_args!("oidc-provider/{name}");
    let arn = Arn::new(view.scope().partition(), "iam", Region::GLOBAL, Some(target.account), resource).to_string();
    let clients = peers::client_ids(view, target.account, &arn)?.ok_or_else(unknown)?;
    let key = keys::find(view, &name, token.key_id.as_deref())?.ok_or_else(|| {
        errors::invalid_identity_token(
            "Couldn't retrieve verification key from your identity provider, please reference \
             AssumeRoleWithWebIdentity documentation for requirements",
        )
    })?;
    if !key.verifies(&token.algorithm, token.message.as_bytes(), &token.signature) {
        return Err(errors::invalid_identity_token("The signature of the ID Token provided is not valid"));
    }
    moments::judged(view, token.issued(), |now| token.check_time(now))?;
    if !token.is_for(&clients) {
        return Err(errors::invalid_identity_token("Incorrect token audience"));
    }
    Ok(Provider { arn, name })
}

fn check_trust(view: &View, wish: &Wish<'_>, token: &WebToken, provider: &Provider) -> Result<()> {
    let caller = Caller {
        kind: CallerKind::Provider,
        account: wish.target.account,
        arn: provider.arn.clone(),
        user_id: format!("{}:{}:{}", provider.arn, token.client(), token.subject),
        ..Caller::anonymous()
    };
    wish.put(view, &caller, &token.condition_keys(&provider.name))
}

fn session(name: String, token: &WebToken, provider: &Provider) -> Session {
    let keys = token.condition_keys(&provider.name).into_iter();
    Session {
        name,
        source_identity: token.source_identity().to_owned(),
        federated_provider: provider.arn.clone(),
        context: keys.filter_map(|(key, values)| Some((key, values.into_iter().next()?))).collect(),
        ..Session::default()
    }
}
