//! Sessions of users, for the sake of one-time passwords.

use crate::api::{GetSessionTokenRequest, GetSessionTokenResponse};
use crate::assumption::lasting;
use crate::{asked, durations, mfa, session_token};
use service::{Caller, Cx, Result, Session};
use std::sync::Arc;

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
pub fn get_session_token(cx: &mut Cx, input: GetSessionTokenRequest) -> Result<GetSessionTokenResponse> {
    let GetSessionTokenRequest { duration_seconds, serial_number, token_code, minimum_session_token_size } = input;
    asked::refuse_sessions(cx, "GetSessionToken")?;
    let proven = mfa::proven(cx, serial_number.as_deref(), token_code.as_deref())?;
    let seconds = durations::of_user(duration_seconds, cx.caller().kind);
    let session = Session { mfa_at: proven.then(|| cx.now()), ..Session::default() };
    let session = Some(Arc::new(lasting(cx, seconds, session)));
    let holder = Caller { session, ..cx.caller().clone() };
    let issued = session_token::issue(cx, &holder, minimum_session_token_size)?;
    mfa::spend(cx, serial_number.as_deref(), token_code.as_deref())?;
    Ok(GetSessionTokenResponse {
        credentials: Some(issued.credentials),
        session_token_utilization: Some(issued.utilization),
        session_token_size: Some(issued.size),
    })
}
