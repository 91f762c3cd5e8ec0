//! Sessions of federated users.

use crate::api::{FederatedUser, GetFederationTokenRequest, GetFederationTokenResponse};
use crate::assumption::{check_managed, lasting};
use crate::session_policies::SessionPolicies;
use crate::{asked, durations, session_token};
use service::{Caller, CallerKind, Cx, Result, Session};
use std::sync::Arc;

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>
pub fn get_federation_token(cx: &mut Cx, input: GetFederationTokenRequest) -> Result<GetFederationTokenResponse> {
    let GetFederationTokenRequest { name, policy, policy_arns, duration_seconds, tags, minimum_session_token_size } =
        input;
    asked::refuse_sessions(cx, "GetFederationToken")?;
    let tags = asked::tags(cx, tags, None)?;
    let policies = SessionPolicies::of(cx.scope().partition(), policy, asked::arns(policy_arns))?;
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
        arn: asked::federated_arn(cx, &name),
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
