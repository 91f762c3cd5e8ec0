//! Users as administrators see them.

use crate::api::*;
use crate::attributes::{self, By};
use crate::filter::Filter;
use crate::messages::{Envelope, Reason};
use crate::pool::Pool;
use crate::prepare::Newcomer;
use crate::trigger::{NO_CLIENT, Occasion};
use crate::user::{self, FORCE_CHANGE_PASSWORD, User};
use crate::{errors, paging, password};
use crate::{ops::sign_up, state::USERS};
use service::{Cx, Duration, Nothing, Result, Timestamp, View};

const DAY: Duration = Duration::from_secs(86_400);

/// When a temporary password ends that is given now.
pub(crate) fn temporary_until(pool: &Pool, now: Timestamp) -> Timestamp {
    let days = pool.password_policy().temporary_password_validity_days.unwrap_or(password::USUAL_DAYS);
    now.after(DAY * u32::try_from(days).unwrap_or_default().max(1))
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html>
pub fn admin_create_user(
    cx: &mut Cx,
    input: AdminCreateUserRequest,
    newcomer: Newcomer,
) -> Result<AdminCreateUserResponse> {
    let AdminCreateUserRequest {
        user_pool_id,
        username,
        user_attributes,
        validation_data,
        temporary_password,
        force_alias_creation,
        message_action,
        desired_delivery_mediums,
        client_metadata,
    } = input;
    let mut pool = Pool::find(cx, &user_pool_id)?;
    if let Some(given) = &temporary_password {
        password::check(&pool.password_policy(), given)?;
    }
    let given = attributes::read(&pool, user_attributes.unwrap_or_default(), By::Administrator)?;
    let resend = message_action.as_deref() == Some("RESEND");
    let mut user = match resend {
        true => again(cx, &pool, &username)?,
        false => sign_up::new_user(cx, &pool, (&username, &newcomer), given)?,
    };
    user.row.status = FORCE_CHANGE_PASSWORD.to_owned();
    if !resend {
        let source = "PreSignUp_AdminCreateUser";
        let occasion = Occasion { pool: &pool, username: &user.row.username, client: NO_CLIENT, source };
        let validation = validation_data.as_deref();
        sign_up::pre_sign_up(cx, &occasion, (&user, validation, client_metadata.as_ref()))?;
    }
    if let Some(kind) = user::taken_by_another(cx, &pool, &user)?
        && force_alias_creation != Some(true)
    {
        return Err(errors::alias_exists(&kind));
    }
    let mut messages = Vec::new();
    if message_action.as_deref() != Some("SUPPRESS") {
        let (reason, metadata) = (Reason::Invitation, client_metadata.as_ref());
        let envelope = Envelope { pool: &pool, user: &user, client: NO_CLIENT, reason, metadata };
        let mediums = desired_delivery_mediums.unwrap_or_else(|| vec!["SMS".to_owned()]);
        for (medium, attribute) in [("SMS", "phone_number"), ("EMAIL", "email")] {
            let address = user.row.attributes.get(attribute).filter(|_| mediums.iter().any(|wanted| wanted == medium));
            if let Some(to) = address.cloned() {
                messages.push(envelope.write(cx, attribute, &to)?);
            }
        }
    }
    user::force(cx, &mut pool, &user)?;
    let until = temporary_until(&pool, cx.now());
    if let Some(verifier) = newcomer.verifier {
        user.set_password(verifier, FORCE_CHANGE_PASSWORD, Some(until));
    }
    user.save(cx, &mut pool)?;
    let secret = newcomer.password.unwrap_or_default();
    messages.iter().try_for_each(|message| message.send(cx, &secret))?;
    Ok(AdminCreateUserResponse { user: Some(user.shown()) })
}

/// A user whose invitation is sent again.
fn again(cx: &Cx, pool: &Pool, username: &str) -> Result<User> {
    let user = User::find(cx, pool, username)?;
    if user.row.status != FORCE_CHANGE_PASSWORD {
        let text = format!("Resend not possible. {username} status is not FORCE_CHANGE_PASSWORD");
        return Err(service::Error::new("UnsupportedUserStateException", text));
    }
    Ok(user)
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html>
pub fn admin_get_user(view: &View, input: AdminGetUserRequest) -> Result<AdminGetUserResponse> {
    let AdminGetUserRequest { user_pool_id, username } = input;
    let pool = Pool::find(view, &user_pool_id)?;
    let user = User::find(view, &pool, &username)?;
    let (preferred_mfa_setting, user_mfa_setting_list) = user.factors();
    Ok(AdminGetUserResponse {
        user_attributes: Some(user.attributes()),
        username: user.row.username,
        user_create_date: Some(user.row.created_at),
        user_last_modified_date: Some(user.row.modified_at),
        enabled: Some(user.row.enabled),
        user_status: Some(user.row.status),
        mfa_options: None,
        preferred_mfa_setting,
        user_mfa_setting_list,
    })
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html>
pub fn admin_delete_user(cx: &mut Cx, input: AdminDeleteUserRequest) -> Result<Nothing> {
    let AdminDeleteUserRequest { user_pool_id, username } = input;
    let mut pool = Pool::find(cx, &user_pool_id)?;
    User::find(cx, &pool, &username)?.delete(cx, &mut pool)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminEnableUser.html>
pub fn admin_enable_user(cx: &mut Cx, input: AdminEnableUserRequest) -> Result<AdminEnableUserResponse> {
    let AdminEnableUserRequest { user_pool_id, username } = input;
    enable(cx, &user_pool_id, &username, true)?;
    Ok(AdminEnableUserResponse {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDisableUser.html>
pub fn admin_disable_user(cx: &mut Cx, input: AdminDisableUserRequest) -> Result<AdminDisableUserResponse> {
    let AdminDisableUserRequest { user_pool_id, username } = input;
    enable(cx, &user_pool_id, &username, false)?;
    Ok(AdminDisableUserResponse {})
}

/// Who is disabled loses his tokens as well.
fn enable(cx: &mut Cx, pool: &str, username: &str, enabled: bool) -> Result<()> {
    let mut pool = Pool::find(cx, pool)?;
    let mut user = User::find(cx, &pool, username)?;
    user.row.enabled = enabled;
    if !enabled {
        user.sign_out(cx);
    }
    user.save(cx, &mut pool)
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html>
pub fn list_users(view: &View, input: ListUsersRequest) -> Result<ListUsersResponse> {
    let ListUsersRequest { user_pool_id, attributes_to_get, limit, pagination_token, filter } = input;
    let pool = Pool::find(view, &user_pool_id)?;
    let filter = filter.map_or(Ok(None), |filter| Filter::read(&filter))?;
    let page = paging::page(limit, pagination_token.as_deref())?;
    let fits = |row: &crate::state::UserRow| {
        let user = User { key: String::new(), row: row.clone() };
        filter.as_ref().is_none_or(|filter| filter.fits(&user))
    };
    let (rows, next) = view.page(&USERS, (pool.id(),), &page, fits)?;
    let shown = |row| {
        let mut shown = User { key: String::new(), row }.shown();
        if let (Some(wanted), Some(all)) = (&attributes_to_get, &mut shown.attributes) {
            all.retain(|attribute| wanted.contains(&attribute.name));
        }
        shown
    };
    Ok(ListUsersResponse {
        users: Some(rows.into_iter().map(shown).collect()),
        pagination_token: next.map(|token| token.encode()),
    })
}
