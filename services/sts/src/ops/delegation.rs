//! Sessions of those who delegated their rights to a product provider for a while.

use crate::api::{GetDelegatedAccessTokenRequest, GetDelegatedAccessTokenResponse};
use crate::session_policies::SessionPolicies;
use crate::session_tags::SessionTags;
use crate::{errors, session_token};
use service::{Caller, Cx, Result, Session};
use std::sync::Arc;

/// A token is good for as many sessions as its provider likes; all end when it does.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html>
pub fn get_delegated_access_token(
    cx: &mut Cx,
    input: GetDelegatedAccessTokenRequest,
) -> Result<GetDelegatedAccessTokenResponse> {
    let GetDelegatedAccessTokenRequest { trade_in_token } = input;
    let delegated = cx.delegated(&trade_in_token)?.ok_or_else(errors::invalid_trade_in_token)?;
    let session = delegated.caller.session.as_deref().cloned().unwrap_or_default();
    // "The exchange token can only be redeemed by the product provider account that created the delegation request."
    // <https://docs.aws.amazon.com/IAM/latest/UserGuide/temporary-delegation-building-integration.html>
    if session.delegate != Some(cx.account()) {
        return Err(errors::invalid_trade_in_token());
    }
    if cx.now() >= delegated.ends {
        return Err(errors::expired_trade_in_token());
    }
    let policies = SessionPolicies { inline: session.policies.first().cloned(), arns: Vec::new() };
    let packed_policy_size = policies.packed_size(&SessionTags::default())?;
    let session = Session { issued: cx.now().whole_secs(), expires: delegated.ends, ..session };
    let holder = Caller { session: Some(Arc::new(session)), ..delegated.caller };
    let issued = session_token::issue(cx, &holder, None)?;
    Ok(GetDelegatedAccessTokenResponse {
        credentials: Some(issued.credentials),
        packed_policy_size: Some(packed_policy_size),
        assumed_principal: Some(holder.arn),
    })
}
