//! Sessions of federated users.

use crate::api::{FederatedUser, GetFederationTokenRequest, GetFederationTokenResponse};
use crate::assumption::{check_managed, lasting};
use crate::ops::roles::{arns, refuse_sessions, tags};
use crate::session_policies::SessionPolicies;
use crate::{durations, session_token};
use service::{Arn, Caller, CallerKind, Cx, Region, Result, Session, View};
use std::sync::Arc;

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>
pub fn get_federation_token(cx: &mut Cx, input: GetFederationTokenRequest) -> Result<GetFederationTokenResponse> {
    let GetFederationTokenRequest {
        name,
        policy,
        policy_arns,
        duration_seconds,
        tags: given,
        minimum_session_token_size,
    } = input;
    refuse_sessions(cx, "GetFederationToken")?;
    let tags = tags(cx, given, None)?;
    let policies = SessionPolicies::of(policy, arns(policy_arns))?;
    let packed = policies.packed_size(&tags)?;
    let account = cx.account();
    check_managed(cx, account, &policies)?;
    let seconds = durations::of_user(duration_seconds, cx.caller().kind);
    let session = Session {
        name: name.clone(),
        // Whose policies hold for the session.
        role_arn: cx.caller().arn.clone(),
        policies: policies.inline.into_iter().collect(),
        policy_arns: policies.arns,
        tags: tags.all(),
        ..Session::default()
    };
    let holder = Caller {
        kind: CallerKind::FederatedUser,
        account,
        arn: arn(cx, &name),
        user_id: format!("{account}:{name}"),
        name,
        session: Some(Arc::new(lasting(cx, seconds, session))),
        ..Caller::anonymous()
    };
    let issued = session_token::issue(cx, &holder, minimum_session_token_size)?;
    Ok(GetFederationTokenResponse {
        credentials: Some(issued.credentials),
        federated_user: Some(FederatedUser { federated_user_id: holder.user_id, arn: holder.arn }),
        packed_policy_size: Some(packed),
        session_token_utilization: Some(issued.utilization),
        session_token_size: Some(issued.size),
    })
}

/// The ARN of the caller's account's federated user of this name.
pub fn arn(view: &View, name: &str) -> String {
    let resource = format_args!("federated-user/{name}");
    Arn::new(view.scope().partition(), "sts", Region::GLOBAL, Some(view.account()), resource).to_string()
}
