//! Attributes of users who exist.

use crate::access_token::{self, Holder};
use crate::api::*;
use crate::attributes::{self, By};
use crate::messages::{Envelope, Message, Reason};
use crate::pool::Pool;
use crate::user::User;
use crate::{codes, errors};
use service::{Cx, IndexMap, Nothing, Result, View};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html>
pub fn get_user(view: &View, input: GetUserRequest) -> Result<GetUserResponse> {
    let GetUserRequest { access_token } = input;
    let Holder { client, user, pool: _ } = access_token::holder(view, &access_token)?;
    let (preferred_mfa_setting, user_mfa_setting_list) = user.factors();
    Ok(GetUserResponse {
        user_attributes: user.readable(&client),
        username: user.row.username,
        mfa_options: None,
        preferred_mfa_setting,
        user_mfa_setting_list,
    })
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUser.html>
pub fn delete_user(cx: &mut Cx, input: DeleteUserRequest) -> Result<Nothing> {
    let DeleteUserRequest { access_token } = input;
    let Holder { mut pool, user, client: _ } = access_token::holder(cx, &access_token)?;
    user.delete(cx, &mut pool)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html>
pub fn admin_update_user_attributes(
    cx: &mut Cx,
    input: AdminUpdateUserAttributesRequest,
) -> Result<AdminUpdateUserAttributesResponse> {
    let AdminUpdateUserAttributesRequest {
        user_pool_id,
        username,
        user_attributes,
        client_metadata: _, // stored only: nobody is written to
    } = input;
    let mut pool = Pool::find(cx, &user_pool_id)?;
    let mut user = User::find(cx, &pool, &username)?;
    let given = attributes::read(&pool, user_attributes, By::Administrator)?;
    check_mutable(&pool, &user, &given)?;
    user.set(given);
    user.save(cx, &mut pool)?;
    Ok(AdminUpdateUserAttributesResponse {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUserAttributes.html>
pub fn admin_delete_user_attributes(
    cx: &mut Cx,
    input: AdminDeleteUserAttributesRequest,
) -> Result<AdminDeleteUserAttributesResponse> {
    let AdminDeleteUserAttributesRequest { user_pool_id, username, user_attribute_names } = input;
    let mut pool = Pool::find(cx, &user_pool_id)?;
    let user = User::find(cx, &pool, &username)?;
    delete(cx, &mut pool, user, &user_attribute_names)?;
    Ok(AdminDeleteUserAttributesResponse {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html>
pub fn delete_user_attributes(cx: &mut Cx, input: DeleteUserAttributesRequest) -> Result<DeleteUserAttributesResponse> {
    let DeleteUserAttributesRequest { user_attribute_names, access_token } = input;
    let Holder { mut pool, client, user } = access_token::holder(cx, &access_token)?;
    if !user_attribute_names.iter().all(|name| client.may_write(name)) {
        return Err(errors::not_authorized("A client attempted to write unauthorized attribute"));
    }
    delete(cx, &mut pool, user, &user_attribute_names)?;
    Ok(DeleteUserAttributesResponse {})
}

fn delete(cx: &mut Cx, pool: &mut Pool, mut user: User, names: &[String]) -> Result<()> {
    attributes::check_deletable(pool, &user.row.attributes, names)?;
    for name in names {
        user.row.attributes.shift_remove(name);
        if ["email", "phone_number"].contains(&name.as_str()) {
            user.row.attributes.shift_remove(&format!("{name}_verified"));
        }
    }
    user.save(cx, pool)
}

fn check_mutable(pool: &Pool, user: &User, given: &IndexMap<String, String>) -> Result<()> {
    let names: Vec<&str> = given.keys().map(String::as_str).collect();
    attributes::check_mutable(pool, &user.row.attributes, &names)
}

/// A new address that is verified at sign-up gets a code. Where the pool says so, the old one stays until it is verified.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html>
pub fn update_user_attributes(cx: &mut Cx, input: UpdateUserAttributesRequest) -> Result<UpdateUserAttributesResponse> {
    let UpdateUserAttributesRequest { user_attributes, access_token, client_metadata } = input;
    let Holder { mut pool, client, mut user } = access_token::holder(cx, &access_token)?;
    let mut given = attributes::read(&pool, user_attributes, By::User(&client))?;
    check_mutable(&pool, &user, &given)?;
    let waiting = pool.settings.user_attribute_update_settings.as_ref();
    let waiting = waiting.and_then(|s| s.attributes_require_verification_before_update.clone()).unwrap_or_default();
    let changed = |kind: &&String| given.get(*kind).is_some_and(|new| user.row.attributes.get(*kind) != Some(new));
    let kinds: Vec<String> = pool.auto_verified().iter().filter(changed).cloned().collect();
    let mut messages: Vec<Message> = Vec::new();
    for kind in kinds.iter().filter(|kind| given.get(*kind).is_some_and(|value| !value.is_empty())) {
        let to = given.get(kind).cloned().unwrap_or_default();
        let (reason, metadata) = (Reason::Update, client_metadata.as_ref());
        let envelope = Envelope { pool: &pool, user: &user, client: client.id(), reason, metadata };
        messages.push(envelope.write(cx, kind, &to)?);
    }
    for kind in kinds.iter().filter(|kind| waiting.contains(kind)) {
        if let Some(value) = given.shift_remove(kind) {
            user.row.pending.insert(kind.clone(), value);
        }
    }
    user.set(given);
    for message in &messages {
        let code = codes::issue(&mut user.row, &message.attribute, &message.attribute, cx.now());
        message.send(cx, &code)?;
    }
    user.save(cx, &mut pool)?;
    let details: Vec<_> = messages.iter().map(Message::details).collect();
    Ok(UpdateUserAttributesResponse { code_delivery_details_list: Some(details) })
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html>
pub fn get_user_attribute_verification_code(
    cx: &mut Cx,
    input: GetUserAttributeVerificationCodeRequest,
) -> Result<GetUserAttributeVerificationCodeResponse> {
    let GetUserAttributeVerificationCodeRequest { access_token, attribute_name, client_metadata } = input;
    let Holder { pool, client, mut user } = access_token::holder(cx, &access_token)?;
    let to = verifiable(&user, &attribute_name)?;
    let (reason, metadata) = (Reason::Verify, client_metadata.as_ref());
    let envelope = Envelope { pool: &pool, user: &user, client: client.id(), reason, metadata };
    let message = envelope.write(cx, &attribute_name, &to)?;
    let code = codes::issue(&mut user.row, &attribute_name, &attribute_name, cx.now());
    message.send(cx, &code)?;
    user.note(cx, &pool)?;
    Ok(GetUserAttributeVerificationCodeResponse { code_delivery_details: Some(message.details()) })
}

/// The address of an attribute that can be verified.
fn verifiable(user: &User, attribute: &str) -> Result<String> {
    if !["email", "phone_number"].contains(&attribute) {
        return Err(errors::invalid("Attribute cannot be verified."));
    }
    let own = user.row.pending.get(attribute).or_else(|| user.row.attributes.get(attribute));
    own.cloned().ok_or_else(|| errors::invalid(format!("User has no attribute {attribute}")))
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html>
pub fn verify_user_attribute(cx: &mut Cx, input: VerifyUserAttributeRequest) -> Result<VerifyUserAttributeResponse> {
    let VerifyUserAttributeRequest { access_token, attribute_name, code } = input;
    let Holder { mut pool, mut user, client: _ } = access_token::holder(cx, &access_token)?;
    verifiable(&user, &attribute_name)?;
    if let Err(error) = codes::spend(&mut user.row, &attribute_name, &code, cx.now()) {
        user.note(cx, &pool)?;
        return Err(error);
    }
    if let Some(value) = user.row.pending.shift_remove(&attribute_name) {
        user.row.attributes.insert(attribute_name.clone(), value);
    }
    user.row.attributes.insert(format!("{attribute_name}_verified"), "true".to_owned());
    user.save(cx, &mut pool)?;
    Ok(VerifyUserAttributeResponse {})
}
