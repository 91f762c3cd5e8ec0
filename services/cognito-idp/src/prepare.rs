//! What is made before the writer's lock is taken: signing keys, and what SRP computes of passwords.

use crate::api::*;
use crate::client::Client;
use crate::pool::Pool;
use crate::session::Ticket;
use crate::sign_in::{NEW_PASSWORD_REQUIRED, PASSWORD_VERIFIER};
use crate::state::{KeysRow, Verifier};
use crate::user::{self, User};
use crate::{access_token, password, srp, token};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::{Bytes, IndexMap, Prepared, Result, View, secret};

/// What was found out about a sign-in.
#[derive(Debug, Clone, PartialEq)]
pub enum Proof {
    /// Nothing: the handler says why.
    Nothing,
    /// Whether a password is the one that this verifier is of.
    Password {
        /// The verifier.
        verifier: Bytes,
        /// Whether it is.
        right: bool,
    },
    /// The server's half of SRP.
    Srp {
        /// The username that the client is to compute with.
        user: String,
        /// The salt.
        salt: Bytes,
        /// The client's `A`.
        client: Bytes,
        /// The server's `b`.
        secret: Bytes,
        /// The server's `B`, in hexadecimal.
        public: String,
    },
    /// What is kept of a new password.
    New(Verifier),
}

/// Somebody who is to be a user.
#[derive(Debug, Clone, PartialEq)]
pub struct Newcomer {
    /// `sub`
    pub sub: String,
    /// A password that was made for him.
    pub password: Option<String>,
    /// What is kept of his password.
    pub verifier: Option<Verifier>,
}

/// What a sign-in needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// What was found out.
    pub proof: Proof,
    /// The pool's keys, if it has none yet.
    pub keys: Option<KeysRow>,
}

impl Made {
    /// With keys, if this is to be the first sign-in of a pool.
    fn of(view: &View, pool: &Pool, proof: Proof) -> Result<Made> {
        let right = matches!(proof, Proof::Password { right: true, .. } | Proof::New(_));
        let keys = (right && pool.keys(view)?.is_none()).then(token::generate_keys).transpose()?;
        Ok(Made { proof, keys })
    }
}

/// His `sub`, and what is kept of his password.
pub fn sign_up(view: &View, input: &SignUpRequest) -> Result<Prepared<SignUpResponse, Newcomer>> {
    let (pool, _) = Client::known(view, &input.client_id)?;
    Ok(Prepared::Made(newcomer(view, &pool, &input.username, input.password.clone())))
}

/// His `sub`, and his temporary password.
pub fn admin_create_user(
    view: &View,
    input: &AdminCreateUserRequest,
) -> Result<Prepared<AdminCreateUserResponse, Newcomer>> {
    let pool = Pool::find(view, &input.user_pool_id)?;
    let given = input.temporary_password.clone();
    let made = given.unwrap_or_else(|| password::temporary(&pool.password_policy()));
    let name = match User::look(view, &pool, &input.username)? {
        Some(user) => user.row.username,
        None => input.username.clone(),
    };
    let newcomer = newcomer(view, &pool, &name, Some(made.clone()));
    Ok(Prepared::Made(Newcomer { password: Some(made), ..newcomer }))
}

fn newcomer(view: &View, pool: &Pool, name: &str, password: Option<String>) -> Newcomer {
    let sub = sub(view);
    let known = User::look(view, pool, name).ok().flatten().map(|user| user.row.username);
    let username = known.or_else(|| user::naming(pool, name, &sub).ok().map(|naming| naming.username));
    let verifier = username.zip(password).map(|(username, password)| password::verifier(pool, &username, &password));
    Newcomer { sub, password: None, verifier }
}

/// The same when the request runs again, as functions are told of it.
fn sub(view: &View) -> String {
    let hash = digest(&SHA256, format!("{} sub", view.request().id).as_bytes());
    let hex: String = hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// What is kept of the new password.
pub fn admin_set_user_password(
    view: &View,
    input: &AdminSetUserPasswordRequest,
) -> Result<Prepared<AdminSetUserPasswordResponse, Proof>> {
    let pool = Pool::find(view, &input.user_pool_id)?;
    Ok(Prepared::Made(new(view, &pool, &input.username, &input.password)?))
}

/// What is kept of the new password.
pub fn confirm_forgot_password(
    view: &View,
    input: &ConfirmForgotPasswordRequest,
) -> Result<Prepared<ConfirmForgotPasswordResponse, Proof>> {
    let (pool, _) = Client::known(view, &input.client_id)?;
    Ok(Prepared::Made(new(view, &pool, &input.username, &input.password)?))
}

/// Whether the old password is right, and what is kept of the new one.
pub fn change_password(
    view: &View,
    input: &ChangePasswordRequest,
) -> Result<Prepared<ChangePasswordResponse, (Proof, Proof)>> {
    let holder = access_token::holder(view, &input.access_token)?;
    let old = proof_of(&holder.pool, &holder.user, input.previous_password.as_deref().unwrap_or_default());
    let new = Proof::New(password::verifier(&holder.pool, &holder.user.row.username, &input.proposed_password));
    Ok(Prepared::Made((old, new)))
}

fn new(view: &View, pool: &Pool, name: &str, password: &str) -> Result<Proof> {
    let user = User::look(view, pool, name)?;
    let verifier = user.map(|user| password::verifier(pool, &user.row.username, password));
    Ok(verifier.map_or(Proof::Nothing, Proof::New))
}

fn proof_of(pool: &Pool, user: &User, password: &str) -> Proof {
    let Some(Verifier { salt, verifier }) = &user.row.password else { return Proof::Nothing };
    let right = srp::verifier(pool.short_id(), &user.row.username, password, salt) == verifier.as_ref();
    Proof::Password { verifier: verifier.clone(), right }
}

/// What its flow needs.
pub fn initiate_auth(view: &View, input: &InitiateAuthRequest) -> Result<Prepared<InitiateAuthResponse, Made>> {
    let (pool, client) = Client::known(view, &input.client_id)?;
    let proof = initiated(view, (&pool, &client), &input.auth_flow, input.auth_parameters.as_ref())?;
    Ok(Prepared::Made(Made::of(view, &pool, proof)?))
}

/// What its flow needs.
pub fn admin_initiate_auth(
    view: &View,
    input: &AdminInitiateAuthRequest,
) -> Result<Prepared<AdminInitiateAuthResponse, Made>> {
    let pool = Pool::find(view, &input.user_pool_id)?;
    let client = Client::find(view, &pool, &input.client_id)?;
    let proof = initiated(view, (&pool, &client), &input.auth_flow, input.auth_parameters.as_ref())?;
    Ok(Prepared::Made(Made::of(view, &pool, proof)?))
}

fn initiated(
    view: &View,
    (pool, client): (&Pool, &Client),
    flow: &str,
    given: Option<&IndexMap<String, String>>,
) -> Result<Proof> {
    let of = |name: &str| given.and_then(|given| given.get(name));
    let Some(name) = of("USERNAME") else { return Ok(Proof::Nothing) };
    let user = User::look(view, pool, name)?;
    match (flow, user, of("PASSWORD"), of("SRP_A")) {
        ("USER_PASSWORD_AUTH" | "ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH", Some(user), Some(password), _) => {
            Ok(proof_of(pool, &user, password))
        }
        ("USER_SRP_AUTH", user, _, Some(value)) => {
            let Some(client_value) = srp::client_value(value) else { return Ok(Proof::Nothing) };
            let known = user.and_then(|user| Some((user.row.username, user.row.password?)));
            let (user, own) = match known {
                Some(known) => known,
                None if client.hides_users() => pretended(pool, name),
                None => return Ok(Proof::Nothing),
            };
            let mut own_secret = vec![0; srp::SECRET_BYTES];
            secret(&mut own_secret);
            let public = srp::server_value(&own.verifier, &own_secret);
            let (client, secret) = (client_value.into(), own_secret.into());
            Ok(Proof::Srp { user, salt: own.salt, client, secret, public })
        }
        _ => Ok(Proof::Nothing),
    }
}

/// Somebody who does not exist has a salt all the same, and always the same one.
fn pretended(pool: &Pool, name: &str) -> (String, Verifier) {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &pool.row.pretence);
    let name = pool.fold(name);
    let tag = hmac::sign(&key, name.as_bytes());
    let salt = Bytes::copy_from_slice(tag.as_ref().get(..srp::SALT_BYTES).unwrap_or_default());
    let verifier = srp::verifier(pool.short_id(), &name, "", tag.as_ref());
    (name, Verifier { salt, verifier: verifier.into() })
}

/// Whether the answer is right, as far as that takes long to find out.
pub fn respond_to_auth_challenge(
    view: &View,
    input: &RespondToAuthChallengeRequest,
) -> Result<Prepared<RespondToAuthChallengeResponse, Made>> {
    let (pool, _) = Client::known(view, &input.client_id)?;
    let session = input.session.as_deref();
    let proof = answered(view, &pool, &input.challenge_name, (session, input.challenge_responses.as_ref()))?;
    Ok(Prepared::Made(Made::of(view, &pool, proof)?))
}

/// Whether the answer is right, as far as that takes long to find out.
pub fn admin_respond_to_auth_challenge(
    view: &View,
    input: &AdminRespondToAuthChallengeRequest,
) -> Result<Prepared<AdminRespondToAuthChallengeResponse, Made>> {
    let pool = Pool::find(view, &input.user_pool_id)?;
    let session = input.session.as_deref();
    let proof = answered(view, &pool, &input.challenge_name, (session, input.challenge_responses.as_ref()))?;
    Ok(Prepared::Made(Made::of(view, &pool, proof)?))
}

fn answered(
    view: &View,
    pool: &Pool,
    challenge: &str,
    (session, given): (Option<&str>, Option<&IndexMap<String, String>>),
) -> Result<Proof> {
    let of = |name: &str| given.and_then(|given| given.get(name)).map(String::as_str);
    match challenge {
        PASSWORD_VERIFIER => {
            let block = of("PASSWORD_CLAIM_SECRET_BLOCK").and_then(|block| STANDARD.decode(block).ok());
            let claim = of("PASSWORD_CLAIM_SIGNATURE").and_then(|claim| STANDARD.decode(claim).ok());
            let ticket = block.as_deref().and_then(Ticket::read);
            let (Some(block), Some(claim), Some(ticket)) = (block, claim, ticket) else { return Ok(Proof::Nothing) };
            let Ok(row) = ticket.look(view, pool, challenge) else { return Ok(Proof::Nothing) };
            let user = User::by_key(view, pool, &row.username)?;
            let known = user.and_then(|user| Some((user.row.username, user.row.password?.verifier)));
            let Some((username, verifier)) = known else { return Ok(Proof::Nothing) };
            let key = srp::key(&verifier, &row.srp_a, &row.srp_b);
            let stamp = of("TIMESTAMP").unwrap_or_default();
            let right = srp::verifies(&key, (pool.short_id(), &username), (&block, stamp), &claim);
            Ok(Proof::Password { verifier, right })
        }
        NEW_PASSWORD_REQUIRED => {
            let ticket = session.and_then(Ticket::parse);
            let (Some(ticket), Some(password)) = (ticket, of("NEW_PASSWORD")) else { return Ok(Proof::Nothing) };
            let Ok(row) = ticket.look(view, pool, challenge) else { return Ok(Proof::Nothing) };
            let user = User::by_key(view, pool, &row.username)?;
            let verifier = user.map(|user| password::verifier(pool, &user.row.username, password));
            Ok(verifier.map_or(Proof::Nothing, Proof::New))
        }
        _ => Ok(Proof::Nothing),
    }
}
