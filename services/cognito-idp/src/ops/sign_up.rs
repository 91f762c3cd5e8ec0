//! Users who make themselves.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html>

use crate::api::*;
use crate::attributes::{self, By};
use crate::client::{Client, NO_SECRET};
use crate::messages::{self, Envelope, Reason};
use crate::pool::Pool;
use crate::prepare::Newcomer;
use crate::state::UserRow;
use crate::trigger::{self, NO_CLIENT, Occasion};
use crate::user::{self, CONFIRMED, UNCONFIRMED, User};
use crate::{codes, errors, password};
use serde_json::{Map, Value as Json, json};
use service::{Cx, IndexMap, Result};

/// `ClientMetadata`
type Metadata<'a> = Option<&'a IndexMap<String, String>>;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html>
pub fn sign_up(cx: &mut Cx, input: SignUpRequest, newcomer: Newcomer) -> Result<SignUpResponse> {
    let SignUpRequest {
        client_id,
        secret_hash,
        username,
        password,
        user_attributes,
        validation_data,
        analytics_metadata: _, // stored only: Pinpoint is told nothing
        user_context_data: _,  // stored only: there is no threat protection
        client_metadata,
    } = input;
    let (mut pool, client) = Client::known(cx, &client_id)?;
    client.check_secret_hash(&[&username], secret_hash.as_deref(), NO_SECRET)?;
    let config = pool.settings.admin_create_user_config.as_ref();
    if config.is_some_and(|config| config.allow_admin_create_user_only == Some(true)) {
        return Err(errors::not_authorized("SignUp is not permitted for this user pool"));
    }
    let password = password.ok_or_else(|| errors::refuse("without Password", cx))?;
    password::check(&pool.password_policy(), &password)?;
    let given = attributes::read(&pool, user_attributes.unwrap_or_default(), By::User(&client))?;
    let mut user = new_user(cx, &pool, (&username, &newcomer), given)?;
    attributes::check_required(&pool, &user.row.attributes)?;
    let occasion =
        Occasion { pool: &pool, username: &user.row.username, client: &client_id, source: "PreSignUp_SignUp" };
    let asked = pre_sign_up(cx, &occasion, (&user, validation_data.as_deref(), client_metadata.as_ref()))?;
    for (kind, verify) in [("email", asked.verify_email), ("phone_number", asked.verify_phone_number)] {
        if verify && user.row.attributes.contains_key(kind) {
            user.row.attributes.insert(format!("{kind}_verified"), "true".to_owned());
        }
    }
    let mut details = None;
    if asked.confirm {
        user.row.status = CONFIRMED.to_owned();
        post_confirmation(cx, (&pool, &user, &client_id), client_metadata.as_ref())?;
    } else if let Some((attribute, to)) = messages::sign_up_address(&pool, &user) {
        let (reason, metadata) = (Reason::SignUp, client_metadata.as_ref());
        let envelope = Envelope { pool: &pool, user: &user, client: &client_id, reason, metadata };
        let message = envelope.write(cx, &attribute, &to)?;
        let code = codes::issue(&mut user.row, codes::SIGN_UP, &attribute, cx.now());
        message.send(cx, &code)?;
        details = Some(message.details());
    }
    user.row.password = newcomer.verifier;
    user.save(cx, &mut pool)?;
    cx.meter("SignUpSuccesses", ("UserPool", pool.id()), 1.0, "Count");
    Ok(SignUpResponse {
        user_confirmed: asked.confirm,
        code_delivery_details: details,
        user_sub: user.row.sub,
        session: None,
    })
}

/// A user who is not yet in the pool.
pub(crate) fn new_user(
    cx: &Cx,
    pool: &Pool,
    (given, newcomer): (&str, &Newcomer),
    mut attributes: IndexMap<String, String>,
) -> Result<User> {
    let naming = user::naming(pool, given, &newcomer.sub)?;
    if let Some((kind, value)) = naming.attribute {
        attributes.insert(kind, value);
    }
    let key = pool.fold(&naming.username);
    if User::by_key(cx, pool, &key)?.is_some() {
        return Err(errors::user_exists());
    }
    let verified = ["email", "phone_number"].into_iter().filter(|kind| attributes.contains_key(*kind));
    let flags: Vec<String> = verified.map(|kind| format!("{kind}_verified")).collect();
    for flag in flags {
        attributes.entry(flag).or_insert_with(|| "false".to_owned());
    }
    let row = UserRow {
        username: naming.username,
        sub: newcomer.sub.clone(),
        attributes,
        status: UNCONFIRMED.to_owned(),
        enabled: true,
        created_at: cx.now(),
        ..UserRow::default()
    };
    match user::taken(cx, pool, &row)? {
        Some(kind) if pool.username_attributes().contains(&kind) => Err(errors::account_exists(&kind)),
        _ => Ok(User { key, row }),
    }
}

/// What a function says of somebody who signs up.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Said {
    pub confirm: bool,
    pub verify_email: bool,
    pub verify_phone_number: bool,
}

/// Asks the function that is to be asked before a user is made.
pub(crate) fn pre_sign_up(
    cx: &mut Cx,
    occasion: &Occasion<'_>,
    (user, validation, metadata): (&User, Option<&[AttributeType]>, Metadata<'_>),
) -> Result<Said> {
    let Some(function) = occasion.pool.triggers().pre_sign_up else { return Ok(Said::default()) };
    let validation = validation.unwrap_or_default().iter();
    let validation: Map<String, Json> = validation.map(|a| (a.name.clone(), json!(a.value))).collect();
    let mut shown = trigger::attributes(user);
    if let Some(shown) = shown.as_object_mut() {
        // The function is asked whether there is to be such a user: he has neither yet.
        shown.retain(|name, _| name != "sub" && !name.ends_with("_verified") && !name.starts_with("cognito:"));
    }
    let request = json!({
        "userAttributes": shown,
        "validationData": if validation.is_empty() { Json::Null } else { Json::Object(validation) },
        "clientMetadata": trigger::texts(metadata),
    });
    let response = json!({"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false});
    let said = occasion.ask(cx, &function, request, response)?;
    let of = |name: &str| match said.get(name) {
        None | Some(Json::Null) => Ok(false),
        Some(Json::Bool(said)) => Ok(*said),
        Some(_) => Err(trigger::unrecognizable()),
    };
    Ok(Said {
        confirm: of("autoConfirmUser")?,
        verify_email: of("autoVerifyEmail")?,
        verify_phone_number: of("autoVerifyPhone")?,
    })
}

/// Tells the function that is to be told when a user is confirmed.
fn post_confirmation(cx: &mut Cx, (pool, user, client): (&Pool, &User, &str), metadata: Metadata<'_>) -> Result<()> {
    let Some(function) = pool.triggers().post_confirmation else { return Ok(()) };
    let source = "PostConfirmation_ConfirmSignUp";
    let occasion = Occasion { pool, username: &user.row.username, client, source };
    let mut confirmed = user.clone();
    confirmed.row.status = CONFIRMED.to_owned();
    let request =
        json!({"userAttributes": trigger::attributes(&confirmed), "clientMetadata": trigger::texts(metadata)});
    occasion.ask(cx, &function, request, json!({})).map(|_| ())
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html>
pub fn confirm_sign_up(cx: &mut Cx, input: ConfirmSignUpRequest) -> Result<ConfirmSignUpResponse> {
    let ConfirmSignUpRequest {
        client_id,
        secret_hash,
        username,
        confirmation_code,
        force_alias_creation,
        analytics_metadata: _, // stored only: Pinpoint is told nothing
        user_context_data: _,  // stored only: there is no threat protection
        client_metadata,
        session,
    } = input;
    if session.is_some() {
        return Err(errors::refuse("member Session", cx));
    }
    let (mut pool, client) = Client::known(cx, &client_id)?;
    client.check_secret_hash(&[&username], secret_hash.as_deref(), NO_SECRET)?;
    let none = if client.hides_users() { errors::expired_code } else { errors::no_user };
    let mut user = User::look(cx, &pool, &username)?.ok_or_else(none)?;
    check_unconfirmed(&user)?;
    let before = user.clone();
    let attribute = match codes::spend(&mut user.row, codes::SIGN_UP, &confirmation_code, cx.now()) {
        Ok(attribute) => attribute,
        Err(error) => {
            user.note(cx, &pool)?;
            return Err(error);
        }
    };
    user.row.attributes.insert(format!("{attribute}_verified"), "true".to_owned());
    user.row.status = CONFIRMED.to_owned();
    let taken = user::taken_by_another(cx, &pool, &user)?;
    match taken {
        Some(kind) if force_alias_creation != Some(true) => return Err(errors::alias_exists(&kind)),
        _ => {}
    }
    post_confirmation(cx, (&pool, &before, &client_id), client_metadata.as_ref())?;
    if taken.is_some() {
        user::force(cx, &mut pool, &user)?;
    }
    user.save(cx, &mut pool)?;
    Ok(ConfirmSignUpResponse { session: None })
}

fn check_unconfirmed(user: &User) -> Result<()> {
    match user.row.status.as_str() {
        UNCONFIRMED => Ok(()),
        status => Err(errors::not_authorized(format!("User cannot be confirmed. Current status is {status}"))),
    }
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminConfirmSignUp.html>
pub fn admin_confirm_sign_up(cx: &mut Cx, input: AdminConfirmSignUpRequest) -> Result<AdminConfirmSignUpResponse> {
    let AdminConfirmSignUpRequest { user_pool_id, username, client_metadata } = input;
    let mut pool = Pool::find(cx, &user_pool_id)?;
    let mut user = User::find(cx, &pool, &username)?;
    check_unconfirmed(&user)?;
    post_confirmation(cx, (&pool, &user, NO_CLIENT), client_metadata.as_ref())?;
    user.row.status = CONFIRMED.to_owned();
    user.row.codes.retain(|code| code.purpose != codes::SIGN_UP);
    user.save(cx, &mut pool)?;
    Ok(AdminConfirmSignUpResponse {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html>
pub fn resend_confirmation_code(
    cx: &mut Cx,
    input: ResendConfirmationCodeRequest,
) -> Result<ResendConfirmationCodeResponse> {
    let ResendConfirmationCodeRequest {
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
            return Ok(ResendConfirmationCodeResponse { code_delivery_details: Some(details) });
        }
        return Err(errors::no_user());
    };
    if user.row.status != UNCONFIRMED {
        return Err(errors::invalid("User is already confirmed."));
    }
    let address = messages::sign_up_address(&pool, &user);
    let (attribute, to) = address.ok_or_else(|| errors::invalid("Auto verification not turned on."))?;
    let (reason, metadata) = (Reason::Resend, client_metadata.as_ref());
    let envelope = Envelope { pool: &pool, user: &user, client: &client_id, reason, metadata };
    let message = envelope.write(cx, &attribute, &to)?;
    let code = codes::issue(&mut user.row, codes::SIGN_UP, &attribute, cx.now());
    message.send(cx, &code)?;
    user.note(cx, &pool)?;
    Ok(ResendConfirmationCodeResponse { code_delivery_details: Some(message.details()) })
}
