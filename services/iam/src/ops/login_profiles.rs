//! Passwords of users for the console.

use crate::api::{
    ChangePasswordRequest, CreateLoginProfileRequest, CreateLoginProfileResponse, DeleteLoginProfileRequest,
    GetLoginProfileRequest, GetLoginProfileResponse, LoginProfile, UpdateLoginProfileRequest,
};
use crate::state::{LoginRow, UserRow};
use crate::subject::{self, Subject};
use crate::{entity, errors, passwords, root_login};
use service::{CallerKind, Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html>
pub fn create_login_profile(cx: &mut Cx, input: CreateLoginProfileRequest) -> Result<CreateLoginProfileResponse> {
    let CreateLoginProfileRequest { user_name, password, password_reset_required } = input;
    if root_login::is_meant(cx, user_name.as_deref())? {
        let reset_required = password_reset_required.unwrap_or(false); // stored only
        let login_profile = root_login::create(cx, password.as_deref(), reset_required)?;
        return Ok(CreateLoginProfileResponse { login_profile });
    }
    let mut user = user_of(cx, user_name.as_deref())?;
    let password = password.ok_or_else(|| errors::validation("Password is required."))?;
    if user.login.is_some() {
        let name = &user.core.name;
        return Err(errors::already(format!("Login Profile for user {name} already exists.")));
    }
    let rules = subject::account(cx)?.password_policy;
    passwords::check(rules.as_ref(), &user.core.name, &password)?;
    let now = cx.now().whole_secs();
    let login = passwords::keep(cx, &password, now, password_reset_required.unwrap_or(false));
    let login_profile = shown(&user, &login);
    user.login = Some(login);
    entity::save(cx, &user)?;
    Ok(CreateLoginProfileResponse { login_profile })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html>
pub fn get_login_profile(view: &View, input: GetLoginProfileRequest) -> Result<GetLoginProfileResponse> {
    let GetLoginProfileRequest { user_name } = input;
    if root_login::is_meant(view, user_name.as_deref())? {
        return Ok(GetLoginProfileResponse { login_profile: root_login::get(view)? });
    }
    let user = user_of(view, user_name.as_deref())?;
    let login = user.login.as_ref().ok_or_else(|| passwords::none_of(&user.core.name))?;
    Ok(GetLoginProfileResponse { login_profile: shown(&user, login) })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html>
pub fn update_login_profile(cx: &mut Cx, input: UpdateLoginProfileRequest) -> Result<Nothing> {
    let UpdateLoginProfileRequest { user_name, password, password_reset_required } = input;
    let mut user: UserRow = entity::find(cx, &user_name)?;
    let mut login = user.login.take().ok_or_else(|| passwords::none_of(&user_name))?;
    if let Some(password) = password {
        let rules = subject::account(cx)?.password_policy;
        passwords::check(rules.as_ref(), &user.core.name, &password)?;
        passwords::check_unused(rules.as_ref(), &login, &password)?;
        let reset_required = login.reset_required;
        login = passwords::renew(cx, login, &password, reset_required);
    }
    login.reset_required = password_reset_required.unwrap_or(login.reset_required);
    user.login = Some(login);
    entity::save(cx, &user)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html>
pub fn delete_login_profile(cx: &mut Cx, input: DeleteLoginProfileRequest) -> Result<Nothing> {
    let DeleteLoginProfileRequest { user_name } = input;
    if root_login::is_meant(cx, user_name.as_deref())? {
        root_login::delete(cx)?;
        return Ok(Nothing {});
    }
    let mut user = user_of(cx, user_name.as_deref())?;
    if user.login.take().is_none() {
        return Err(passwords::none_of(&user.core.name));
    }
    entity::save(cx, &user)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html>
pub fn change_password(cx: &mut Cx, input: ChangePasswordRequest) -> Result<Nothing> {
    let ChangePasswordRequest { old_password, new_password } = input;
    let caller = cx.caller();
    if caller.kind != CallerKind::User {
        return Err(passwords::not_a_user());
    }
    let mut user: UserRow = entity::find(cx, &caller.name)?;
    let login = user.login.take().ok_or_else(|| passwords::none_of(&user.core.name))?;
    if !passwords::is(&login, &old_password) {
        return Err(passwords::wrong());
    }
    let rules = subject::account(cx)?.password_policy;
    passwords::check(rules.as_ref(), &user.core.name, &new_password)?;
    passwords::check_unused(rules.as_ref(), &login, &new_password)?;
    user.login = Some(passwords::renew(cx, login, &new_password, false));
    entity::save(cx, &user)?;
    Ok(Nothing {})
}

fn user_of(view: &View, user_name: Option<&str>) -> Result<UserRow> {
    match Subject::of(view, user_name)? {
        Subject::User(name) => entity::find(view, &name),
        Subject::Root => Err(passwords::none_of("root")),
    }
}

fn shown(user: &UserRow, login: &LoginRow) -> LoginProfile {
    LoginProfile {
        user_name: user.core.name.clone(),
        create_date: login.created,
        password_reset_required: Some(login.reset_required),
    }
}
