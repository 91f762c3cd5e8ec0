//! Passwords that are set, forgotten and changed.

use crate::access_token::{self, Holder};
use crate::api::*;
use crate::client::{Client, NO_SECRET};
use crate::messages::{self, Envelope, Reason};
use crate::pool::Pool;
use crate::prepare::Proof;
use crate::trigger::NO_CLIENT;
use crate::user::{CONFIRMED, FORCE_CHANGE_PASSWORD, RESET_REQUIRED, UNCONFIRMED, User};
use crate::{codes, errors, lockout, ops::users, password};
use service::{Cx, IndexMap, Result};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html>
pub fn admin_set_user_password(
    cx: &mut Cx,
    input: AdminSetUserPasswordRequest,
    proof: Proof,
) -> Result<AdminSetUserPasswordResponse> {
    let AdminSetUserPasswordRequest { user_pool_id, username, password, permanent } = input;
    let mut pool = Pool::find(cx, &user_pool_id)?;
    let mut user = User::find(cx, &pool, &username)?;
    password::check(&pool.password_policy(), &password)?;
    let Proof::New(verifier) = proof else { return Err(errors::no_user()) };
    match permanent {
        Some(true) => user.set_password(verifier, CONFIRMED, None),
        _ => {
            let until = users::temporary_until(&pool, cx.now());
            user.set_password(verifier, FORCE_CHANGE_PASSWORD, Some(until));
        }
    }
    user.save(cx, &mut pool)?;
    Ok(AdminSetUserPasswordResponse {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminResetUserPassword.html>
pub fn admin_reset_user_password(
    cx: &mut Cx,
    input: AdminResetUserPasswordRequest,
) -> Result<AdminResetUserPasswordResponse> {
    let AdminResetUserPasswordRequest { user_pool_id, username, client_metadata } = input;
    let mut pool = Pool::find(cx, &user_pool_id)?;
    let mut user = User::find(cx, &pool, &username)?;
    if [FORCE_CHANGE_PASSWORD, UNCONFIRMED].contains(&user.row.status.as_str()) {
        return Err(errors::not_authorized("User password cannot be reset in the current state."));
    }
    send(cx, (&pool, &mut user, NO_CLIENT), client_metadata.as_ref())?;
    user.row.status = RESET_REQUIRED.to_owned();
    user.sign_out(cx);
    user.save(cx, &mut pool)?;
    Ok(AdminResetUserPasswordResponse {})
}

/// Sends a code with which a new password can be set.
fn send(
    cx: &mut Cx,
    (pool, user, client): (&Pool, &mut User, &str),
    metadata: Option<&IndexMap<String, String>>,
) -> Result<CodeDeliveryDetailsType> {
    let (attribute, to) = messages::recovery_address(pool, user)?;
    let envelope = Envelope { pool, user, client, reason: Reason::Forgot, metadata };
    let message = envelope.write(cx, &attribute, &to)?;
    let code = codes::issue(&mut user.row, codes::PASSWORD, &attribute, cx.now());
    message.send(cx, &code)?;
    Ok(message.details())
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html>
pub fn forgot_password(cx: &mut Cx, input: ForgotPasswordRequest) -> Result<ForgotPasswordResponse> {
    let ForgotPasswordRequest {
        client_id,
        secret_hash,
        user_context_data: _, // stored only: there is no threat protection
        username,
        analytics_metadata: _, // stored only: Pinpoint is told nothing
        client_metadata,
    } = input;
    let (pool, client) = Client::known(cx, &client_id)?;
    client.check_secret_hash(&[&username], secret_hash.as_deref(), NO_SECRET)?;
    let Some(mut user) = User::look(cx, &pool, &username)? else {
        if client.hides_users() {
            let details = messages::details("email", &username);
            return Ok(ForgotPasswordResponse { code_delivery_details: Some(details) });
        }
        return Err(errors::no_user());
    };
    if !user.row.enabled {
        return Err(errors::not_authorized("User is disabled."));
    }
    if user.row.status == FORCE_CHANGE_PASSWORD {
        return Err(errors::not_authorized("User password cannot be reset in the current state."));
    }
    let details = send(cx, (&pool, &mut user, &client_id), client_metadata.as_ref())?;
    user.note(cx, &pool)?;
    Ok(ForgotPasswordResponse { code_delivery_details: Some(details) })
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html>
pub fn confirm_forgot_password(
    cx: &mut Cx,
    input: ConfirmForgotPasswordRequest,
    proof: Proof,
) -> Result<ConfirmForgotPasswordResponse> {
    let ConfirmForgotPasswordRequest {
        client_id,
        secret_hash,
        username,
        confirmation_code,
        password,
        analytics_metadata: _, // stored only: Pinpoint is told nothing
        user_context_data: _,  // stored only: there is no threat protection
        client_metadata: _,    // stored only: no function is asked
    } = input;
    let (mut pool, client) = Client::known(cx, &client_id)?;
    client.check_secret_hash(&[&username], secret_hash.as_deref(), NO_SECRET)?;
    let none = if client.hides_users() { errors::expired_code } else { errors::no_user };
    let mut user = User::look(cx, &pool, &username)?.ok_or_else(none)?;
    password::check(&pool.password_policy(), &password)?;
    if let Err(error) = codes::spend(&mut user.row, codes::PASSWORD, &confirmation_code, cx.now()) {
        user.note(cx, &pool)?;
        return Err(error);
    }
    let Proof::New(verifier) = proof else { return Err(none()) };
    // Who was never confirmed is not by this either.
    let status = if user.row.status == RESET_REQUIRED { CONFIRMED.to_owned() } else { user.row.status.clone() };
    user.set_password(verifier, &status, None);
    user.save(cx, &mut pool)?;
    Ok(ConfirmForgotPasswordResponse {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html>
pub fn change_password(
    cx: &mut Cx,
    input: ChangePasswordRequest,
    (old, new): (Proof, Proof),
) -> Result<ChangePasswordResponse> {
    let ChangePasswordRequest { previous_password, proposed_password, access_token } = input;
    let Holder { mut pool, mut user, client: _ } = access_token::holder(cx, &access_token)?;
    lockout::check(&user.row, cx.now())?;
    if previous_password.is_none() {
        return Err(errors::missing_parameter("PreviousPassword"));
    }
    let own = user.row.password.as_ref().map(|password| &password.verifier);
    if !matches!(&old, Proof::Password { verifier, right: true } if Some(verifier) == own) {
        lockout::failed(&mut user.row, cx.now());
        user.note(cx, &pool)?;
        return Err(errors::wrong_password().keeping());
    }
    password::check(&pool.password_policy(), &proposed_password)?;
    let Proof::New(verifier) = new else { return Err(errors::wrong_password()) };
    let status = user.row.status.clone();
    user.set_password(verifier, &status, None);
    user.save(cx, &mut pool)?;
    Ok(ChangePasswordResponse {})
}
