//! Signing in.

use crate::api::*;
use crate::client::Client;
use crate::pool::Pool;
use crate::prepare::{Made, Proof};
use crate::session::Ticket;
use crate::sign_in::{
    Answer, MFA_SETUP, NEW_PASSWORD_REQUIRED, PASSWORD_VERIFIER, SOFTWARE_TOKEN_MFA, SignIn, required,
};
use crate::state::SessionRow;
use crate::user::{CONFIRMED, User};
use crate::{attributes, attributes::By, errors, password, totp};
use service::{Cx, Error, IndexMap, Result};

/// So many wrong codes of a software token end a sign-in.
const MOST_CODES: i64 = 5;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html>
pub fn initiate_auth(cx: &mut Cx, input: InitiateAuthRequest, made: Made) -> Result<InitiateAuthResponse> {
    let InitiateAuthRequest {
        auth_flow,
        auth_parameters,
        client_metadata,
        client_id,
        analytics_metadata: _, // stored only: Pinpoint is told nothing
        user_context_data: _,  // stored only: there is no threat protection
        session,
    } = input;
    if session.is_some() {
        return Err(errors::refuse("member Session", cx));
    }
    let (pool, client) = Client::known(cx, &client_id)?;
    let sign_in =
        SignIn { pool, client, metadata: client_metadata, admin: false, spent: None, changed: false, keys: made.keys };
    let answer = sign_in.initiate(cx, &auth_flow, &auth_parameters.unwrap_or_default(), made.proof)?;
    let Answer { challenge, session, parameters, tokens } = answer;
    Ok(InitiateAuthResponse {
        challenge_name: challenge,
        session,
        challenge_parameters: Some(parameters),
        authentication_result: tokens,
        available_challenges: None,
    })
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html>
pub fn admin_initiate_auth(
    cx: &mut Cx,
    input: AdminInitiateAuthRequest,
    made: Made,
) -> Result<AdminInitiateAuthResponse> {
    let AdminInitiateAuthRequest {
        user_pool_id,
        client_id,
        auth_flow,
        auth_parameters,
        client_metadata,
        analytics_metadata: _, // stored only: Pinpoint is told nothing
        context_data: _,       // stored only: there is no threat protection
        session,
    } = input;
    if session.is_some() {
        return Err(errors::refuse("member Session", cx));
    }
    let pool = Pool::find(cx, &user_pool_id)?;
    let client = Client::find(cx, &pool, &client_id)?;
    let sign_in =
        SignIn { pool, client, metadata: client_metadata, admin: true, spent: None, changed: false, keys: made.keys };
    let answer = sign_in.initiate(cx, &auth_flow, &auth_parameters.unwrap_or_default(), made.proof)?;
    let Answer { challenge, session, parameters, tokens } = answer;
    Ok(AdminInitiateAuthResponse {
        challenge_name: challenge,
        session,
        challenge_parameters: Some(parameters),
        authentication_result: tokens,
        available_challenges: None,
    })
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html>
pub fn respond_to_auth_challenge(
    cx: &mut Cx,
    input: RespondToAuthChallengeRequest,
    made: Made,
) -> Result<RespondToAuthChallengeResponse> {
    let RespondToAuthChallengeRequest {
        client_id,
        challenge_name,
        session,
        challenge_responses,
        analytics_metadata: _, // stored only: Pinpoint is told nothing
        user_context_data: _,  // stored only: there is no threat protection
        client_metadata,
    } = input;
    let (pool, client) = Client::known(cx, &client_id)?;
    let sign_in =
        SignIn { pool, client, metadata: client_metadata, admin: false, spent: None, changed: false, keys: made.keys };
    let given = challenge_responses.unwrap_or_default();
    let Answer { challenge, session, parameters, tokens } =
        respond(sign_in, cx, (&challenge_name, session.as_deref()), &given, made.proof)?;
    Ok(RespondToAuthChallengeResponse {
        challenge_name: challenge,
        session,
        challenge_parameters: Some(parameters),
        authentication_result: tokens,
        available_challenges: None,
    })
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRespondToAuthChallenge.html>
pub fn admin_respond_to_auth_challenge(
    cx: &mut Cx,
    input: AdminRespondToAuthChallengeRequest,
    made: Made,
) -> Result<AdminRespondToAuthChallengeResponse> {
    let AdminRespondToAuthChallengeRequest {
        user_pool_id,
        client_id,
        challenge_name,
        challenge_responses,
        session,
        analytics_metadata: _, // stored only: Pinpoint is told nothing
        context_data: _,       // stored only: there is no threat protection
        client_metadata,
    } = input;
    let pool = Pool::find(cx, &user_pool_id)?;
    let client = Client::find(cx, &pool, &client_id)?;
    let sign_in =
        SignIn { pool, client, metadata: client_metadata, admin: true, spent: None, changed: false, keys: made.keys };
    let given = challenge_responses.unwrap_or_default();
    let Answer { challenge, session, parameters, tokens } =
        respond(sign_in, cx, (&challenge_name, session.as_deref()), &given, made.proof)?;
    Ok(AdminRespondToAuthChallengeResponse {
        challenge_name: challenge,
        session,
        challenge_parameters: Some(parameters),
        authentication_result: tokens,
        available_challenges: None,
    })
}

fn respond(
    sign_in: SignIn,
    cx: &mut Cx,
    (challenge, session): (&str, Option<&str>),
    given: &IndexMap<String, String>,
    proof: Proof,
) -> Result<Answer> {
    match challenge {
        PASSWORD_VERIFIER => sign_in.password_verifier(cx, given, &proof),
        NEW_PASSWORD_REQUIRED => new_password(sign_in, cx, session, given, proof),
        SOFTWARE_TOKEN_MFA => software_token(sign_in, cx, session, given),
        MFA_SETUP => set_up(sign_in, cx, session, given),
        other => Err(errors::refuse(&format!("with the challenge {other}"), cx)),
    }
}

/// The session that is answered, and who answers it.
fn opened(
    sign_in: &mut SignIn,
    cx: &Cx,
    (challenge, session): (&str, Option<&str>),
    given: &IndexMap<String, String>,
) -> Result<(SessionRow, User)> {
    let session = session.ok_or_else(|| errors::missing_parameter("Session"))?;
    let name = required(given, "USERNAME")?;
    let ticket = Ticket::parse(session).ok_or_else(errors::wrong_session)?;
    let row = ticket.look(cx, &sign_in.pool, challenge)?;
    let user = User::by_key(cx, &sign_in.pool, &row.username)?.ok_or_else(errors::wrong_session)?;
    sign_in.check_same(cx, &row, &user, name)?;
    sign_in.check_secret(&[name, &user.row.username], given)?;
    if !user.row.enabled {
        return Err(errors::not_authorized("User is disabled."));
    }
    sign_in.spent = Some(ticket);
    Ok((row, user))
}

/// A password in the place of a temporary one.
fn new_password(
    mut sign_in: SignIn,
    cx: &mut Cx,
    session: Option<&str>,
    given: &IndexMap<String, String>,
    proof: Proof,
) -> Result<Answer> {
    let password = required(given, "NEW_PASSWORD")?;
    let (_, mut user) = opened(&mut sign_in, cx, (NEW_PASSWORD_REQUIRED, session), given)?;
    password::check(&sign_in.pool.password_policy(), password)?;
    let Proof::New(verifier) = proof else { return Err(errors::wrong_session()) };
    let named = given.iter().filter_map(|(name, value)| Some((name.strip_prefix("userAttributes.")?, value)));
    let listed =
        named.map(|(name, value)| crate::api::AttributeType { name: name.to_owned(), value: Some(value.clone()) });
    let listed = attributes::read(&sign_in.pool, listed.collect(), By::User(&sign_in.client))?;
    let names: Vec<&str> = listed.keys().map(String::as_str).collect();
    attributes::check_mutable(&sign_in.pool, &user.row.attributes, &names)?;
    user.set(listed);
    if let Some(missing) = attributes::missing(&sign_in.pool, &user.row.attributes).first() {
        return Err(errors::invalid(format!("Invalid attributes given, {missing} is missing")));
    }
    user.set_password(verifier, CONFIRMED, None);
    user.row.modified_at = cx.now();
    if let Some(kind) = crate::user::taken_by_another(cx, &sign_in.pool, &user)? {
        return Err(errors::alias_exists(&kind));
    }
    sign_in.changed = true;
    sign_in.second_factor(cx, user, "TokenGeneration_NewPasswordChallenge")
}

/// What a software token shows.
fn software_token(
    mut sign_in: SignIn,
    cx: &mut Cx,
    session: Option<&str>,
    given: &IndexMap<String, String>,
) -> Result<Answer> {
    let code = required(given, "SOFTWARE_TOKEN_MFA_CODE")?;
    let (row, mut user) = opened(&mut sign_in, cx, (SOFTWARE_TOKEN_MFA, session), given)?;
    let secret = user.row.totp_secret.clone().ok_or_else(|| {
        Error::new("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the user.")
    })?;
    match totp::step_of(&secret, cx.now(), user.row.totp_spent, code) {
        Some(step) => user.row.totp_spent = step,
        None if totp::step_of(&secret, cx.now(), 0, code).is_some() => {
            return Err(Error::new("ExpiredCodeException", "Your software token has already been used once."));
        }
        None => return Err(wrong_code(&sign_in, cx, row)?),
    }
    sign_in.finish(cx, user, "TokenGeneration_Authentication")
}

/// Counts a wrong code; too many end the sign-in.
fn wrong_code(sign_in: &SignIn, cx: &mut Cx, mut row: SessionRow) -> Result<Error> {
    row.failures += 1;
    if let Some(ticket) = &sign_in.spent {
        match row.failures >= MOST_CODES {
            true => ticket.end(cx, &sign_in.pool)?,
            false => ticket.put(cx, &sign_in.pool, &row)?,
        }
    }
    Ok(Error::new("CodeMismatchException", "Invalid code received for user").keeping())
}

/// A software token that was set up on the way in.
fn set_up(mut sign_in: SignIn, cx: &mut Cx, session: Option<&str>, given: &IndexMap<String, String>) -> Result<Answer> {
    let (row, mut user) = opened(&mut sign_in, cx, (MFA_SETUP, session), given)?;
    let secret = row.totp.filter(|_| row.totp_verified).ok_or_else(errors::wrong_session)?;
    user.row.totp_secret = Some(secret);
    (user.row.totp_enabled, user.row.totp_preferred) = (true, true);
    sign_in.finish(cx, user, "TokenGeneration_Authentication")
}
