//! Software tokens: a secret that a user's device gets, and the proof that it has it.

use crate::access_token::{self, Holder};
use crate::api::*;
use crate::pool::Pool;
use crate::session::Ticket;
use crate::sign_in::MFA_SETUP;
use crate::state::SessionRow;
use crate::{errors, totp};
use service::{Bytes, Cx, Error, Result};

/// For somebody who is signed in, or whose sign-in waits for it.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html>
pub fn associate_software_token(
    cx: &mut Cx,
    input: AssociateSoftwareTokenRequest,
) -> Result<AssociateSoftwareTokenResponse> {
    let AssociateSoftwareTokenRequest { access_token, session } = input;
    let mut secret = vec![0; totp::SECRET_BYTES];
    cx.entropy().secret(&mut secret);
    let secret_code = Some(totp::base32(&secret));
    if let Some(token) = access_token {
        let Holder { pool, mut user, client: _ } = access_token::holder(cx, &token)?;
        check_enabled(&pool)?;
        user.row.totp_candidate = Some(secret.into());
        user.note(cx, &pool)?;
        return Ok(AssociateSoftwareTokenResponse { secret_code, session: None });
    }
    let (pool, row) = waiting(cx, session.as_deref())?;
    check_enabled(&pool)?;
    let session = go_on(cx, &pool, session.as_deref(), SessionRow { totp: Some(secret.into()), ..row })?;
    Ok(AssociateSoftwareTokenResponse { secret_code, session: Some(session) })
}

fn check_enabled(pool: &Pool) -> Result<()> {
    let text = "Software Token MFA is not enabled for the userPool.";
    let missing = || Error::new("SoftwareTokenMFANotFoundException", text);
    if pool.row.software_tokens { Ok(()) } else { Err(missing()) }
}

/// A sign-in that waits for a software token.
fn waiting(cx: &Cx, session: Option<&str>) -> Result<(Pool, SessionRow)> {
    let session = session.ok_or_else(|| errors::invalid("Only one of AccessToken or Session must be given."))?;
    let ticket = Ticket::parse(session).ok_or_else(errors::wrong_session)?;
    let pool = Pool::look(cx, ticket.pool())?.ok_or_else(errors::wrong_session)?;
    let row = ticket.look(cx, &pool, MFA_SETUP)?;
    Ok((pool, row))
}

/// A session in the place of one that was answered; it ends when that one would have.
fn go_on(cx: &mut Cx, pool: &Pool, session: Option<&str>, row: SessionRow) -> Result<String> {
    let old = session.and_then(Ticket::parse).ok_or_else(errors::wrong_session)?;
    old.end(cx, pool)?;
    let next = old.renewed();
    next.put(cx, pool, &row)?;
    Ok(next.text())
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html>
pub fn verify_software_token(cx: &mut Cx, input: VerifySoftwareTokenRequest) -> Result<VerifySoftwareTokenResponse> {
    let VerifySoftwareTokenRequest { access_token, session, user_code, friendly_device_name } = input;
    let status = Some("SUCCESS".to_owned());
    let shows = |secret: &Option<Bytes>, spent: i64, cx: &Cx| match secret {
        None => Err(errors::invalid("User has not associated a software token.")),
        Some(secret) => totp::step_of(secret, cx.now(), spent, &user_code)
            .ok_or_else(|| Error::new("EnableSoftwareTokenMFAException", "Code mismatch")),
    };
    if let Some(token) = access_token {
        let Holder { mut pool, mut user, client: _ } = access_token::holder(cx, &token)?;
        user.row.totp_spent = shows(&user.row.totp_candidate, 0, cx)?;
        user.row.totp_secret = user.row.totp_candidate.take();
        user.row.device_name = friendly_device_name.unwrap_or_default();
        user.save(cx, &mut pool)?;
        return Ok(VerifySoftwareTokenResponse { status, session: None });
    }
    let (pool, row) = waiting(cx, session.as_deref())?;
    shows(&row.totp, 0, cx)?;
    let session = go_on(cx, &pool, session.as_deref(), SessionRow { totp_verified: true, ..row })?;
    Ok(VerifySoftwareTokenResponse { status, session: Some(session) })
}
